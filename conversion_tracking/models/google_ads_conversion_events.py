from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import escape_psql

from .google_ads_conversion_queue import CLICK_SETTLED, NO_ERROR

# https://support.google.com/google-ads/answer/13321563: conversions up to 90 days after the click
CLICK_LIFETIME = timedelta(days=90)
# A record is dated by the begin of the transaction that made it, a click by the moment it was seen:
# the click of a lead that is imported by its landing address seems to come after the lead.
SAME_MOMENT = timedelta(hours=1)


class GoogleAdsConversionEvents(models.Model):
    """Fills the outbox: which events are reported, once, with which values."""

    _inherit = "google.ads.conversion"

    @api.model
    def _report(self, records, event, times=None):
        """Put an event of leads or contacts into the outbox, where it can be uploaded.

        :param records: leads or contacts
        :param event: ``lead_created``, ``lead_qualified``, ``deal_won`` or ``stage``
        :param times: when it happened, by record id; now for the others
        :return: the rows made or taken up again
        """
        rows = self.browse()
        for account, members in self._by_account(records.sudo()):
            for action in account.action_ids.filtered(lambda one: one.event == event):
                rows |= self._report_to(action, self._filter_concerned(members, action), times)
        return rows

    @api.model
    def _report_to(self, action, records, times=None):
        """As :meth:`_report`, of records whose event this action counts."""
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

    @api.model
    def _prepare_event(self, record, action, happened_at):
        """Values of a row, frozen now."""
        now = fields.Datetime.now()
        is_lead = record._name == "crm.lead"
        click = record.google_click_id
        value, currency = self._get_value(record, action)
        settled = click.occurred_at + CLICK_SETTLED if click else now
        if click and timedelta(0) < click.occurred_at - happened_at < SAME_MOMENT:
            happened_at = click.occurred_at
        return {
            "action_id": action.id,
            "event": action.event,
            "lead_id": record.id if is_lead else False,
            "partner_id": record.partner_id.id if is_lead else record.id,
            "event_time": happened_at,
            "value": value,
            "currency_id": currency.id,
            "transaction_id": self._get_transaction_id(record, action),
            "click_time": click.occurred_at,
            "gclid": click.gclid,
            "gbraid": click.gbraid,
            "wbraid": click.wbraid,
            "consent": (record.consent if is_lead else click.consent) or "unknown",
            "next_try_at": max(now, settled),
        }

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
    def _get_transaction_id(self, record, action):
        """Stable id of the event, without personal data. Google refuses purely numeric ids."""
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")[:8]
        kind = {"crm.lead": "lead", "res.partner": "contact"}[record._name]
        stage = f"-{action.stage_id.id}" if action.event == "stage" else ""
        return f"odoo-{database}-{kind}-{record.id}-{action.event}{stage}"

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

        The report on coverage asks the same of all events, in SQL.
        """
        if values["consent"] == "denied":
            return "no_consent"
        if not (values["gclid"] or values["gbraid"] or values["wbraid"]):
            return "no_click_id"
        if values["event_time"] < values["click_time"]:
            return "event_before_click"
        if values["event_time"] - values["click_time"] > CLICK_LIFETIME:
            return "click_too_old"
        if not values["gclid"] and action.counting == "one":
            return "ios_click"
        return None

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
        if not rows:
            return self.browse()
        known = self._search_known(rows)
        by_id = {(one.action_id.id, one.transaction_id): one for one in known}
        times = {(one.gclid, one.event_time) for one in known if one.gclid}
        taken = set()
        for one in known:
            taken.add(self._get_form_name(one.action_id, one))
        again, new = self.browse(), []
        for row in rows:
            action = self.env["google.ads.conversion.action"].browse(row["action_id"])
            form = self._get_form_name(action, row)
            while (row["gclid"], row["event_time"]) in times:
                # Google takes two events of one click in one second for the same.
                row["event_time"] += timedelta(seconds=1)
            times.add((row["gclid"] or object(), row["event_time"]))
            if earlier := by_id.get((action.id, row["transaction_id"])):
                again |= earlier._take_up_again(row)
            elif not form or form not in taken:
                taken.add(form)
                new.append(row)
        return again | self.sudo().create(new)

    @api.model
    def _search_known(self, rows):
        return self.sudo().search_fetch(
            Domain("kind", "=", "conversion")
            & (
                Domain("transaction_id", "in", [row["transaction_id"] for row in rows])
                | Domain("gclid", "in", [row["gclid"] for row in rows if row["gclid"]])
            ),
            ["action_id", "transaction_id", "form_key", "gclid", "event_time", "state"],
        )

    @api.model
    def _get_form_name(self, action, row):
        """Under which name a form of a click is counted once; ``None`` where every one counts."""
        if action.counting != "one" or not (row["form_key"] and row["gclid"]):
            return None
        return action.id, row["form_key"], row["gclid"]

    def _take_up_again(self, values):
        """A deal was won again.

        What was stopped because the deal was reopened goes out with the values of today. What
        Google counts is corrected instead, see ``_correct``; only a retraction of the Google Ads
        API is for ever, so that the deal needs a new id there.

        :return: the row that reports it now, if any
        """
        family = self._get_family()
        latest = family[-1]
        if latest.state == "cancelled" and latest.error_code == "NO_LONGER_WON":
            values = {**values, "transaction_id": latest.transaction_id}
            latest.write({**values, **NO_ERROR, "state": "waiting", "attempts": 0})
            return latest
        if latest._was_retracted():
            name = f"{self.transaction_id}-{len(family) + 1}"
            return self.create({**values, "transaction_id": name})
        return self.browse()

    def _get_family(self):
        """All rows that report the same event, in the order of their making."""
        self.ensure_one()
        again = escape_psql(self.transaction_id) + "-%"
        return self.sudo().search(
            Domain("action_id", "=", self.action_id.id)
            & Domain("kind", "=", "conversion")
            & (
                Domain("transaction_id", "=", self.transaction_id)
                | Domain("transaction_id", "=like", again)
            ),
            order="id",
        )

    def _withdraw(self, reason):
        """Take back what Google has not been given yet.

        A deal that Google may have, because an answer was lost, is sent once more all the same:
        it is corrected when its fate is known. What was deleted is not sent in any case.
        """
        deleted = reason == "RECORD_DELETED"
        self.filtered(
            lambda one: (
                one.state in ("waiting", "held", "failed")
                and (deleted or (one.kind == "conversion" and not one.may_have_arrived))
            )
        )._stop("cancelled", reason)
