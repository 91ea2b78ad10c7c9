from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import ormcache

from ...attribution.touch import GOOGLE_CLICK_IDS
from ...google_ads import lifecycle
from ...google_ads.eligibility import SAME_MOMENT, Candidate, find_obstacle
from .google_ads_conversion import SUBJECTS


class GoogleAdsReporter(models.AbstractModel):
    """Fills the outbox: which events are reported, once, with which values."""

    _name = "google.ads.reporter"
    _description = "Reporter of Events to Google Ads"

    @api.model
    def _report(self, records, event):
        """Put an event that has just happened into the outbox, where it can be uploaded.

        :param records: leads or contacts; those that no ad click brought are left out, but for
            people who may be reported by e-mail and phone
        :param event: ``lead_created``, ``lead_qualified``, ``deal_won`` or ``stage``
        :return: the rows made or taken up again
        """
        rows = self.env["google.ads.conversion"].sudo()
        records = records.sudo()
        clicked = records.filtered("google_touch_id")
        possible = self.env["google.ads.person"]._filter_possible(records)
        for account, members in self._by_account(clicked | possible):
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
        """Pairs of an account and the records that are reported to it.

        Where Google said whose click it is, that account; ``google.ads.unreported.mixin`` asks
        the same in SQL, so keep both in step.
        """
        for company, members in records.grouped(self._get_company).items():
            first = self.env["google.ads.account"]._find_for(company)
            yield from members.grouped(partial(self._choose_account, first)).items()

    @api.model
    def _choose_account(self, first, record):
        """The account that has the click of a record, else ``first``, their company's."""
        owner = record.google_touch_id.google_ads_click_id.account_id
        is_possible = owner and owner.company_id == first.company_id and owner._is_delivering()
        return owner if is_possible else first

    @api.model
    def _get_company(self, record):
        """The company whose account gets a lead's or contact's events, whoever works at it.

        ``google.ads.event`` asks the same in SQL, so keep both in step.
        """
        team = record.team_id if record._name == "crm.lead" else self.env["crm.team"]
        return (
            record.company_id
            or team.company_id
            or record.google_touch_id.website_id.company_id
            or self._get_main_company()
        )

    @api.model
    def _get_main_company(self):
        """The company of records that belong to none."""
        return self.env["res.company"].browse(self._get_main_company_id()).sudo()

    @api.model
    @ormcache()
    def _get_main_company_id(self):
        # asked for each lead; Odoo clears the cache when a company is made, archived or deleted
        return self.env["res.company"].sudo().search([], order="id", limit=1).id

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
        click_ids = {name: click[name] for name in GOOGLE_CLICK_IDS}
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
            **click_ids,
            "matched_by": "click" if any(click_ids.values()) else "person",
            "consent": self.env["google.ads.person"]._get_consent(record),
            # a click that nobody knows was no later
            "next_try_at": lifecycle.settles_at(
                click.occurred_at or happened_at, fields.Datetime.now()
            ),
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
        # Google takes no negative value: more credited than invoiced counts as nothing.
        if basis == "expected_revenue":
            return max(record.expected_revenue, 0.0), record.company_currency
        orders = record.order_ids.filtered(lambda order: order.state == "sale")
        if basis == "orders_untaxed":
            amounts = [
                order.currency_id._convert(
                    order.amount_untaxed, currency, order.company_id, order.date_order
                )
                for order in orders
            ]
            return max(sum(amounts), 0.0), currency
        invoices = record.order_ids.invoice_ids.filtered(lambda move: move.state == "posted")
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
            [owner, "page", "other_site"],
            order="occurred_at desc, id desc",
        )
        # The first submission of a record is the one that made it.
        return {
            one[owner].id: f"{records._name} {one.other_site or ''}{one.page or ''}"
            for one in submissions
        }

    @api.model
    def _get_obstacle(self, values, action):
        """Why an event cannot be uploaded at all, as a code; ``None`` when it can.

        The rules are those of ``google_ads.eligibility``, by which reports judge, too; only
        whether a form was counted already is seen later, among all rows that are made together.
        """
        record = self.env[values["res_model"]].browse(values["res_id"])
        sends = action.account_id.send_identifiers and not record.google_touch_id
        return find_obstacle(
            Candidate(
                consent=values["consent"],
                event_time=values["event_time"],
                now=fields.Datetime.now(),
                click_time=values["click_time"],
                has_gclid=bool(values["gclid"]),
                has_braid=bool(values["gbraid"] or values["wbraid"]),
                counts_one=action.counting == "one",
                sends_identity=sends,
                has_identity=sends and self.env["google.ads.person"]._has_identity(record),
            )
        )

    # ------------------------------------------------------------
    # Once and only once
    # ------------------------------------------------------------

    @api.model
    def _create_new(self, rows):
        """Create the rows that are not in the outbox yet.

        An action that counts one takes each event once for the same click, and each form: two
        submissions of one form and three of another are 2 conversions, and 5 where every one
        counts (https://help.zoho.com, pushing conversion data to Google Ads).
        """
        conversions = self.env["google.ads.conversion"].sudo()
        if not rows:
            return conversions
        known = self._search_known(rows)
        families = known.grouped(self._get_event_key)
        times = {(one._get_click_id(), one.event_time) for one in known}
        counted = {self._get_counted_key(one.action_id, one) for one in known}
        again, new = conversions, []
        for row in rows:
            action = self.env["google.ads.conversion.action"].browse(row["action_id"])
            key = self._get_counted_key(action, row)
            click_id = row["gclid"] or row["gbraid"] or row["wbraid"]
            while click_id and (click_id, row["event_time"]) in times:
                # Google takes two events of one click in one second for the same.
                row["event_time"] += timedelta(seconds=1)
            times.add((click_id, row["event_time"]))
            if family := families.get(self._get_event_key(row)):
                again |= self._take_up_again(family, row)
            elif not key or key not in counted:
                counted.add(key)
                new.append(row)
        return again | conversions.create(new)

    @api.model
    def _search_known(self, rows):
        """The rows in the outbox that report the same events, or events of the same clicks.

        What was reported of a lead that was merged into another one is that one's by now.
        """
        [model] = {row["res_model"] for row in rows}
        ids = [row["res_id"] for row in rows]
        same_event = Domain("res_id", "in", ids) & Domain("res_model", "=", model)
        if model == "crm.lead":
            same_event |= Domain("lead_id", "in", ids) & Domain("event", "=", "deal_won")
        same_click = Domain.OR(
            Domain(name, "in", [row[name] for row in rows if row[name]])
            for name in ("gclid", "gbraid", "wbraid")
        )
        return (
            self.env["google.ads.conversion"]
            .sudo()
            .search_fetch(
                Domain("kind", "=", "conversion") & (same_event | same_click),
                [
                    *("action_id", "event", "res_model", "res_id", "occurrence", "lead_id"),
                    *("form_key", "gclid", "gbraid", "wbraid", "event_time", "state", "error_code"),
                ],
                order="id",
            )
        )

    @api.model
    def _get_event_key(self, row):
        """What a row reports, whichever account of the company it went to.

        A won deal is its lead's, also when the lead that it was reported of was merged into it.
        """
        action = row["action_id"]
        if not isinstance(action, models.BaseModel):
            action = self.env["google.ads.conversion.action"].browse(action)
        subject = row["res_model"], row["res_id"]
        if row["event"] == "deal_won" and row["lead_id"]:
            lead = row["lead_id"]
            subject = "crm.lead", lead.id if isinstance(lead, models.BaseModel) else lead
        return row["event"], action.stage_id.id, *subject

    @api.model
    def _get_counted_key(self, action, row):
        """Under which name an event of a click is counted once; ``None`` where every one counts."""
        if action.counting != "one" or not row["gclid"]:
            return None
        return action.id, row["form_key"] or row["event"], row["gclid"]

    @api.model
    def _take_up_again(self, family, values):
        """A deal was won again.

        What was stopped because the deal was reopened goes out with the value of today; when it
        was won for the first time stays. What Google counts is corrected instead, see
        ``google.ads.corrector``; only a retraction of the Google Ads API is for ever, so that the
        deal is a new event there.

        :param family: the rows that report it
        :param values: of the row that would report it now
        :return: the row that reports it now, if any
        """
        corrector = self.env["google.ads.corrector"]
        own = family.filtered(
            lambda one: (one.res_model, one.res_id) == (values["res_model"], values["res_id"])
        )
        alive = family.filtered(
            lambda one: one.state != lifecycle.CANCELLED and not corrector._was_retracted(one)
        )
        latest = (alive or own or family).sorted("id")[-1:]
        if latest.state == lifecycle.CANCELLED and latest.error_code in ("NO_LONGER_WON", "MERGED"):
            today = {name: values[name] for name in ("value", "currency_id", "consent")}
            fresh = {**lifecycle.NO_FAULT, "state": lifecycle.WAITING, "attempts": 0}
            latest.write({**today, **fresh, "next_try_at": values["next_try_at"]})
            return latest
        if corrector._was_retracted(latest):
            values = {**values, "occurrence": max(own.mapped("occurrence"), default=0) + 1}
            return latest.create({**values, "transaction_id": self._get_transaction_id(values)})
        return latest.browse()
