"""What became of the leads: stages, customers, quotations, orders, invoices.

Quotations are confirmed and invoices posted by Odoo, then dated back.
"""

from datetime import timedelta
from itertools import pairwise

from odoo.fields import Command

from ..models.conversion_origin import UTM_FIELDS
from .records import Records

INVOICED_AFTER = timedelta(days=4)
CREDITED = {10: 0.25, 25: 0.4}  # which invoices, and how much of them was given back


class Outcomes(Records):
    """Writes one kind of record after the other, each in one go.

    :param of_lead: ``{crm.lead: what is told of it}``
    """

    def __init__(self, env, now, of_lead):
        super().__init__(env, now)
        self.of_lead = of_lead

    def write_outcomes(self):
        """Write what became of the leads."""
        self._write_stages()
        quoted = self.env["crm.lead"].union(
            *(lead for lead, told in self.of_lead.items() if told.quoted)
        )
        self._write_customers(quoted)
        self._write_orders(quoted)

    def _write_stages(self):
        """The history of stages, from which Odoo tells how long a lead stayed in each."""
        field = self.env["ir.model.fields"]._get("crm.lead", "stage_id")
        changes = []
        for lead, told in self.of_lead.items():
            path = self._get_path(told)
            changes += [(lead, at, old, new) for (_since, old), (at, new) in pairwise(path)]
        messages = self.env["mail.message"].create(
            [
                {
                    "model": "crm.lead",
                    "res_id": lead.id,
                    "message_type": "notification",
                    "subtype_id": self.env.ref("crm.mt_lead_stage").id,
                    "author_id": lead.user_id.partner_id.id,
                    "email_from": lead.user_id.email_formatted,
                    "reply_to": lead.user_id.email_formatted,
                    "date": at,
                    "tracking_value_ids": [
                        Command.create(
                            {
                                "field_id": field.id,
                                "old_value_integer": old.id,
                                "old_value_char": old.name,
                                "new_value_integer": new.id,
                                "new_value_char": new.name,
                            }
                        )
                    ],
                }
                for lead, at, old, new in changes
            ]
        )
        self._date_back(messages.tracking_value_ids, [at for _lead, at, *_stages in changes])

    def _write_customers(self, leads):
        """Companies and persons, as when a lead is converted: a hundred of them in one go."""
        values = [lead._prepare_customer_values(lead.partner_name, True) for lead in leads]
        companies = self._load("res.partner", "customer", values)
        values = [
            lead._prepare_customer_values(lead.contact_name, parent_id=company.id)
            for lead, company in zip(leads, companies, strict=True)
        ]
        people = self._load("res.partner", "person", values)
        with leads._bundled() as bundled:
            for lead, person in zip(bundled, people, strict=True):
                lead.partner_id = person
                lead._follow("_name_source_of", person.parent_id)

    # ------------------------------------------------------------
    # Orders and invoices
    # ------------------------------------------------------------

    def _write_orders(self, leads):
        orders = self._load("sale.order", "order", [self._prepare_order(lead) for lead in leads])
        told = {order: self.of_lead[order.opportunity_id] for order in orders}
        self._date_back(orders, [lead.quoted for lead in told.values()])
        orders.write({"state": "sent"})
        orders.filtered(lambda order: told[order].state == "lost")._action_cancel()
        confirmed = orders.filtered(lambda order: told[order].state == "won")
        confirmed.action_confirm()
        for order in confirmed:
            order.date_order = told[order].closed
        sales = [("type", "=", "sale"), ("company_id", "=", self.env.company.id)]
        if self.env["account.journal"].search_count(sales, limit=1):
            # by the day: who installs it again an hour later has as many
            ripe = self.now.date() - INVOICED_AFTER
            self._write_invoices(confirmed.filtered(lambda order: order.date_order.date() < ripe))

    def _prepare_order(self, lead):
        told = self.of_lead[lead]
        product = self.env.ref(f"conversion_tracking.demo_product_{told.product}")
        return {
            "partner_id": lead.partner_id.id,
            "opportunity_id": lead.id,
            "user_id": lead.user_id.id,
            "team_id": lead.team_id.id,
            **{name: lead[name].id for name in UTM_FIELDS},
            "date_order": told.quoted,
            "order_line": [Command.create({"product_id": product.id, "price_unit": told.value})],
        }

    def _write_invoices(self, orders):
        invoices = self._load(
            "account.move", "invoice", [self._prepare_invoice(order) for order in orders]
        )
        invoices.action_post()
        for number, part in CREDITED.items():
            invoice = invoices[number]
            date = min(invoice.invoice_date + timedelta(days=9), self.now.date())
            credit = invoice._reverse_moves([{"invoice_date": date, "date": date}])
            for line in credit.invoice_line_ids:
                line.price_unit *= part
            self.name_records(f"credit_{number}", credit)
            credit.action_post()

    def _prepare_invoice(self, order):
        lines = [line._prepare_invoice_line() for line in order.order_line]
        return {
            **order._prepare_invoice(),
            "invoice_date": (order.date_order + INVOICED_AFTER).date(),
            "invoice_line_ids": [Command.create(line) for line in lines],
        }
