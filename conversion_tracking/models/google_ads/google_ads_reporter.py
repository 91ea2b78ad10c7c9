from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ...google_ads import lifecycle
from ...google_ads.eligibility import SAME_MOMENT, Candidate, find_obstacle
from .google_ads_conversion import SUBJECTS

CHUNK = 500  # records in one transaction


class GoogleAdsReporter(models.AbstractModel):
    """Fills the outbox: which events are reported, once, with which values."""

    _name = "google.ads.reporter"
    _description = "Reporter of Events to Google Ads"

    @api.model
    def _report(self, records, event):
        """Put an event that has just happened into the outbox, where it can be uploaded.

        :param records: leads or contacts; those that no ad click brought are left out
        :param event: ``lead_created``, ``lead_qualified``, ``deal_won`` or ``stage``
        :return: the rows made or taken up again
        """
        rows = self.env["google.ads.conversion"].sudo()
        clicked = records.sudo().filtered("google_touch_id")
        for account, members in self._by_account(clicked):
            for action in account.action_ids.filtered(lambda one: one.event == event):
                rows |= self._report_to(action, self._filter_concerned(members, action))
        return rows

    @api.model
    def _report_to(self, action, records, times=None):
        """As :meth:`_report`, of records whose event this action counts.

        :param times: when it happened, by record id; now for the others
        """
        forms = self._get_form_keys(records) if action.event == "lead_created" else {}
        rows = []
        for record in records:
            happened_at = (times or {}).get(record.id) or fields.Datetime.now()
            values = self._prepare_event(record, action, happened_at)
            values["form_key"] = forms.get(record.id, False)
            if not self._get_obstacle(values, action):
                rows.append(values)
        return self._create_new(rows)

    @api.model
    def _by_account(self, records):
        """Pairs of an account and the records that are reported to it."""
        for _company, members in records.grouped("company_id").items():
            yield self.env["google.ads.account"]._find_for(members[:1]).sudo(), members

    @api.model
    def _filter_concerned(self, records, action):
        """The records whose event ``action`` counts; by stage for actions of a stage."""
        if action.event != "stage":
            return records
        return records.filtered(lambda lead: lead.stage_id == action.stage_id)

    # ------------------------------------------------------------
    # Values
    # ------------------------------------------------------------

    @api.model
    def _prepare_event(self, record, action, happened_at):
        """Values of a row, frozen now."""
        is_lead = record._name == "crm.lead"
        click = record.google_touch_id
        value, currency = self._get_value(record, action)
        if click and timedelta(0) < click.occurred_at - happened_at < SAME_MOMENT:
            happened_at = click.occurred_at
        values = {
            "action_id": action.id,
            "event": action.event,
            "res_model": record._name,
            "res_id": record.id,
            "occurrence": 1,
            "lead_id": record.id if is_lead else False,
            "partner_id": record.partner_id.id if is_lead else record.id,
            "event_time": happened_at,
            "value": value,
            "currency_id": currency.id,
            "click_time": click.occurred_at,
            "gclid": click.gclid,
            "gbraid": click.gbraid,
            "wbraid": click.wbraid,
            "consent": (record.consent if is_lead else click.consent) or "unknown",
            "next_try_at": lifecycle.settles_at(click.occurred_at, fields.Datetime.now()),
        }
        return {**values, "transaction_id": self._get_transaction_id(values)}

    @api.model
    def _get_value(self, record, action):
        """Value to report and its currency; no currency means that no value is reported.

        Orders and invoices are converted to the company's currency at their own dates.
        Override for another basis.
        """
        currency = action.company_id.currency_id
        basis = action.value_basis
        if basis == "fixed":
            return action.fixed_value, action.currency_id
        if record._name != "crm.lead" or basis == "none":
            return 0.0, currency.browse()
        if basis == "expected_revenue":
            return record.expected_revenue, record.company_currency
        orders = record.order_ids.filtered(lambda order: order.state == "sale")
        if basis == "orders_untaxed":
            return sum(
                order.currency_id._convert(
                    order.amount_untaxed, currency, order.company_id, order.date_order
                )
                for order in orders
            ), currency
        invoices = record.order_ids.invoice_ids.filtered(lambda move: move.state == "posted")
        # Google takes no negative value: more credited than invoiced counts as nothing.
        return max(sum(invoices.mapped("amount_untaxed_signed")), 0.0), currency

    @api.model
    def _get_transaction_id(self, values):
        """Stable id of an event at Google, made of its identity, without personal data.

        Google refuses purely numeric ids. Nobody reads anything out of it: what it is made of
        stands in columns of the row.
        """
        parameters = self.env["ir.config_parameter"].sudo()
        # a neutralised copy keeps the uuid of its origin, and gets a name of its own for this
        database = (
            parameters.get_param("conversion_tracking.copy_id")
            or parameters.get_param("database.uuid")[:8]
        )
        action = self.env["google.ads.conversion.action"].browse(values["action_id"])
        parts = ["odoo", database, SUBJECTS[values["res_model"]], values["res_id"], action.event]
        if action.event == "stage":
            parts.append(action.stage_id.id)
        if values["occurrence"] > 1:
            parts.append(values["occurrence"])
        return "-".join(map(str, parts))

    @api.model
    def _get_form_keys(self, records):
        """The form each record came through, by record id; none for another way in."""
        owner = "lead_id" if records._name == "crm.lead" else "partner_id"
        submissions = self.env["conversion.touchpoint"].search_fetch(
            [("kind", "=", "conversion"), (owner, "in", records.ids)],
            [owner, "page"],
            order="occurred_at desc, id desc",
        )
        # The first submission of a record is the one that made it.
        return {one[owner].id: f"{records._name} {one.page or ''}" for one in submissions}

    @api.model
    def _get_obstacle(self, values, action):
        """Why an event cannot be uploaded at all, as a code; ``None`` when it can.

        The rules are those of ``google_ads.eligibility``, by which reports judge, too; only
        whether a form was counted already is seen later, among all rows that are made together.
        """
        return find_obstacle(
            Candidate(
                consent=values["consent"],
                event_time=values["event_time"],
                now=fields.Datetime.now(),
                click_time=values["click_time"],
                has_gclid=bool(values["gclid"]),
                has_braid=bool(values["gbraid"] or values["wbraid"]),
                counts_one=action.counting == "one",
            )
        )

    # ------------------------------------------------------------
    # Once and only once
    # ------------------------------------------------------------

    @api.model
    def _create_new(self, rows):
        """Create the rows that are not in the outbox yet.

        An action that counts one takes each form once for the same click: two submissions
        of one form and three of another are 2 conversions, and 5 where every one counts
        (https://help.zoho.com, pushing conversion data to Google Ads).
        """
        conversions = self.env["google.ads.conversion"].sudo()
        if not rows:
            return conversions
        known = self._search_known(rows)
        earlier = {}
        for one in known.sorted("occurrence"):
            earlier[one.action_id.id, one.res_model, one.res_id] = one
        times = {(one.gclid, one.event_time) for one in known if one.gclid}
        counted = {self._get_form_name(one.action_id, one) for one in known}
        again, new = conversions, []
        for row in rows:
            action = self.env["google.ads.conversion.action"].browse(row["action_id"])
            form = self._get_form_name(action, row)
            while (row["gclid"], row["event_time"]) in times:
                # Google takes two events of one click in one second for the same.
                row["event_time"] += timedelta(seconds=1)
            times.add((row["gclid"] or object(), row["event_time"]))
            if latest := earlier.get((action.id, row["res_model"], row["res_id"])):
                again |= self._take_up_again(latest, row)
            elif not form or form not in counted:
                counted.add(form)
                new.append(row)
        return again | conversions.create(new)

    @api.model
    def _search_known(self, rows):
        """The rows in the outbox that report the same events, or events of the same clicks."""
        [model] = {row["res_model"] for row in rows}
        same_event = Domain("res_id", "in", [row["res_id"] for row in rows])
        same_event &= Domain("res_model", "=", model)
        same_click = Domain("gclid", "in", [row["gclid"] for row in rows if row["gclid"]])
        return (
            self.env["google.ads.conversion"]
            .sudo()
            .search_fetch(
                Domain("kind", "=", "conversion") & (same_event | same_click),
                [
                    *("action_id", "res_model", "res_id", "occurrence"),
                    *("form_key", "gclid", "event_time", "state"),
                ],
            )
        )

    @api.model
    def _get_form_name(self, action, row):
        """Under which name a form of a click is counted once; ``None`` where every one counts."""
        if action.counting != "one" or not (row["form_key"] and row["gclid"]):
            return None
        return action.id, row["form_key"], row["gclid"]

    @api.model
    def _take_up_again(self, latest, values):
        """A deal was won again.

        What was stopped because the deal was reopened goes out with the values of today. What
        Google counts is corrected instead, see ``google.ads.corrector``; only a retraction of the
        Google Ads API is for ever, so that the deal is a new event there.

        :param latest: the last row that reports it
        :param values: of the row that would report it now
        :return: the row that reports it now, if any
        """
        if latest.state == lifecycle.CANCELLED and latest.error_code == "NO_LONGER_WON":
            same = {name: latest[name] for name in ("occurrence", "transaction_id")}
            fresh = {**lifecycle.NO_FAULT, "state": lifecycle.WAITING, "attempts": 0}
            latest.write({**values, **same, **fresh})
            return latest
        if self.env["google.ads.corrector"]._was_retracted(latest):
            values = {**values, "occurrence": latest.occurrence + 1}
            return latest.create({**values, "transaction_id": self._get_transaction_id(values)})
        return latest.browse()

    # ------------------------------------------------------------
    # What never reached the outbox
    # ------------------------------------------------------------

    @api.model
    def _cron_sweep(self):
        """Report what is missing since the time that each account reports from: deals won in SQL,
        leads from before the account was connected, and the period that a person chose."""
        for account in self.env["google.ads.account"]._search_connected():
            self._mark_milestones(account.report_since)
            for action in account.action_ids:
                missing = self.env["google.ads.event"]._search_missing(action)
                for chunk in split_every(CHUNK, missing):
                    self._report_missing(chunk, action)
                    account.backfill_done += len(chunk)
                    if not self.env["ir.cron"]._commit_progress(len(chunk), remaining=1):
                        return  # out of time: Odoo calls again
            account.write({"backfill_done": 0, "backfill_total": 0})
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _report_missing(self, chunk, action):
        for model in SUBJECTS:
            times = {record_id: at for name, record_id, at in chunk if name == model}
            records = self.env[model].sudo().with_context(active_test=False).browse(times)
            if records:
                self._report_to(action, records.exists(), times)

    @api.model
    def _mark_milestones(self, since):
        """Date deals and qualified leads that were made so behind Odoo's back, as well as known.

        Only those that an ad click brought; of the others nothing is reported.
        """
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        clicked = Domain("google_touch_id", "!=", False) & Domain("write_date", ">=", since)
        won = Domain("won_status", "=", "won") & Domain("won_at", "=", False)
        for lead in leads.search(clicked & won):
            lead.won_at = lead.date_closed or lead.write_date
        qualified = Domain("date_conversion", "!=", False)
        qualified |= Domain("stage_id.counts_as_qualified", "=", True)
        for lead in leads.search(clicked & Domain("qualified_at", "=", False) & qualified):
            lead.qualified_at = (
                lead.date_conversion or lead.date_last_stage_update or lead.create_date
            )
