"""Turns the demonstration's story into records, dated back, by the add-on's own ways.

Visits become touchpoints as channel rules say, customers are made of leads, quotations are
confirmed and invoices posted by Odoo. Leads carry their history when they are created, as those do
that an administrator imports; what Odoo dates now is then dated back. Each record gets an external
id, so that uninstalling the add-on takes it away.
"""

from datetime import timedelta, timezone
from itertools import pairwise

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

from ..attribution.channels import DIRECT, OFFLINE
from ..attribution.touch import Touch
from ..models.conversion_origin import UTM_FIELDS
from ..models.conversion_recorder import Arrival
from . import story

STAGES = {"new": "crm.stage_lead1", "qualified": "crm.stage_lead2"}
STAGES |= {"quoted": "crm.stage_lead3", "won": "crm.stage_lead4"}
TEAMS = {"admin": "sales_team.team_sales_department", "demo": "sales_team.crm_team_1"}
INVOICED_AFTER = timedelta(days=4)
CREDITED = {10: 0.25, 25: 0.4}  # which invoices, and how much of them was given back
EVERY_SIXTH = 6  # clicks of ads on an iPhone, which have an id of their own


def write(env):
    """Write the story, told back from now.

    :param env: of the superuser
    """
    Records(env).write_story()


class Records:
    """Writes one kind of record after the other, each in one go."""

    def __init__(self, env):
        # nothing of it is news to anybody
        self.env = env(context={**env.context, "tracking_disable": True})
        self.now = fields.Datetime.now()
        self.story = story.tell(self.now)
        self.utm = {}  # records found by name

    def write_story(self):
        """Leads with their touchpoints, then what became of them."""
        leads = self._write_leads(self._write_touchpoints())
        self.lead_of = dict(zip(leads, self.story, strict=True))
        self._write_outcomes()
        self._write_stages()
        quoted = leads.filtered(lambda lead: self.lead_of[lead].quoted)
        self._write_customers(quoted)
        self._write_orders(quoted)

    # ------------------------------------------------------------
    # Touchpoints
    # ------------------------------------------------------------

    def _write_touchpoints(self):
        """The visits and forms of each lead.

        :return: arrivals as of ``conversion.recorder``, whose rows have ids
        """
        arrivals = [self._plan_arrival(lead) for lead in self.story]
        rows = [row for arrival in arrivals for row in arrival.rows]
        touchpoints = self._load("conversion.touchpoint", "touch", [dict(row) for row in rows])
        for row, touchpoint in zip(rows, touchpoints, strict=True):
            row["id"] = touchpoint.id
        return arrivals

    def _plan_arrival(self, lead):
        arrival = Arrival(values=self._get_consent(lead))
        for visit in lead.visits:
            row = {**self._prepare_visit(visit), "consent": arrival.values["consent"]}
            arrival.rows.append(row)
            if visit.at <= lead.created:
                arrival.first_touch = arrival.first_touch or row
                arrival.lead_creation_touch = row
                if row.get("click_platform") == "google":
                    arrival.google_touch = row
        if lead.way.form:
            arrival.rows.append(self._prepare_form(lead, arrival))
        arrival.values.update(self._get_utm_values(arrival.lead_creation_touch))
        return arrival

    def _get_consent(self, lead):
        if lead.way.is_offline:
            return {"consent": "unknown", "consent_at": False}
        consent = "granted" if lead.way.leaves_touch else "denied"
        return {"consent": consent, "consent_at": lead.created}

    def _prepare_visit(self, visit):
        way = visit.way
        if way.is_offline:
            campaign = self.env["conversion.touchpoint"]._get_utm_id
            return {
                "occurred_at": visit.at,
                "channel": OFFLINE,
                "source_id": self.env.ref("conversion_tracking.utm_source_typed").id,
                "campaign_id": campaign("utm.campaign", way.campaign, self.utm),
            }
        touch = Touch(
            visit.at.replace(tzinfo=timezone.utc),
            **{name: getattr(way, name) for name in ("source", "medium", "campaign", "referrer")},
            landing_page=visit.page,
            **self._get_click_id(visit),
        )
        return self.env["conversion.origin"]._prepare_touch(touch, self.utm)

    def _get_click_id(self, visit):
        name = visit.way.click
        if name == "gclid" and not visit.number % EVERY_SIXTH:
            name = "wbraid"
        return {name: f"Cj0KCQiA-demo-{visit.number:04}"} if name else {}

    def _prepare_form(self, lead, arrival):
        form = self.env["ir.model"].with_context(lang=None)._get("crm.lead").name
        return {
            **(arrival.lead_creation_touch or {}),
            **arrival.values,
            "kind": "conversion",
            "occurred_at": lead.created,
            "form": form,
            "page": lead.way.form,
        }

    def _get_utm_values(self, creation):
        """Core's three fields of a lead, as ``conversion.recorder`` fills them in."""
        if creation and creation["channel"] != DIRECT:
            return {name: creation.get(name, False) for name in UTM_FIELDS}
        return {"medium_id": self.env["utm.medium"]._fetch_or_create_utm_medium("website").id}

    # ------------------------------------------------------------
    # Leads
    # ------------------------------------------------------------

    def _write_leads(self, arrivals):
        leads = self._load(
            "crm.lead",
            "lead",
            [
                {**self._prepare_lead(lead), **arrival.values, **self._get_pointers(arrival)}
                for lead, arrival in zip(self.story, arrivals, strict=True)
            ],
        )
        self._date_back(leads, [lead.created for lead in self.story])
        # who refused cookies came by no touch that is known; the recorder took them for typed in
        for lead, arrival in zip(leads, arrivals, strict=True):
            if not arrival.lead_creation_touch:
                lead.lead_creation_touch_id.unlink()
        self.env["conversion.recorder"]._attach(leads, arrivals)
        return leads

    def _get_pointers(self, arrival):
        pointers = {
            "first_touch_id": arrival.first_touch,
            "lead_creation_touch_id": arrival.lead_creation_touch,
            "google_touch_id": arrival.google_touch,
        }
        return {name: touch["id"] for name, touch in pointers.items() if touch}

    def _prepare_lead(self, lead):
        is_lost = lead.state in ("lost", "reopened")
        changed = lead.closed or lead.quoted or lead.qualified or lead.created
        return {
            "name": lead.title,
            "type": "lead" if lead.state == "lead" else "opportunity",
            "contact_name": lead.person,
            "partner_name": lead.company,
            "email_from": lead.email,
            "country_id": self.env.ref("base.nl").id,
            "user_id": self._get_id(f"base.user_{lead.seller}"),
            "team_id": self._get_id(TEAMS[lead.seller]),
            "stage_id": self._get_path(lead)[-1][1].id,
            "expected_revenue": lead.value,
            "date_open": lead.created + timedelta(hours=2),
            "date_deadline": (lead.closed or self.now + timedelta(days=lead.way.days)).date(),
            "date_last_stage_update": changed,
            "date_closed": lead.closed,
            "qualified_at": lead.qualified,
            **({"active": False, "probability": 0} if is_lost else {}),
            "lost_reason_id": is_lost and self._get_id(f"crm.lost_reason_{lead.reason}"),
        }

    def _get_path(self, lead):
        """The stages that a lead went through, ``[(since when, stage), ...]``."""
        moments = {
            "new": lead.created,
            "qualified": lead.qualified,
            "quoted": lead.quoted,
            "won": lead.closed if lead.state == "won" else None,
        }
        return [(at, self.env.ref(STAGES[name])) for name, at in moments.items() if at]

    def _write_outcomes(self):
        """Odoo has won the deals now; and what was lost comes back."""
        for lead, told in self.lead_of.items():
            if told.state == "won":
                lead.write({"won_at": told.closed, "date_closed": told.closed})
        reopened = [lead for lead, told in self.lead_of.items() if told.state == "reopened"]
        self.env["crm.lead"].union(*reopened).action_unarchive()

    def _write_stages(self):
        """The history of stages, from which Odoo tells how long a lead stayed in each."""
        field = self.env["ir.model.fields"]._get("crm.lead", "stage_id")
        changes = []
        for lead, told in self.lead_of.items():
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
        told = {order: self.lead_of[order.opportunity_id] for order in orders}
        self._date_back(orders, [lead.quoted for lead in told.values()])
        orders.write({"state": "sent"})
        orders.filtered(lambda order: told[order].state == "lost")._action_cancel()
        confirmed = orders.filtered(lambda order: told[order].state == "won")
        confirmed.action_confirm()
        for order in confirmed:
            order.date_order = told[order].closed
        sales = [("type", "=", "sale"), ("company_id", "=", self.env.company.id)]
        if self.env["account.journal"].search_count(sales, limit=1):
            ripe = self.now - INVOICED_AFTER
            self._write_invoices(confirmed.filtered(lambda order: order.date_order < ripe))

    def _prepare_order(self, lead):
        told = self.lead_of[lead]
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
            self._name_records(f"credit_{number}", credit)
            credit.action_post()

    def _prepare_invoice(self, order):
        lines = [line._prepare_invoice_line() for line in order.order_line]
        return {
            **order._prepare_invoice(),
            "invoice_date": (order.date_order + INVOICED_AFTER).date(),
            "invoice_line_ids": [Command.create(line) for line in lines],
        }

    # ------------------------------------------------------------
    # External ids
    # ------------------------------------------------------------

    def _load(self, model, name, vals_list):
        """Create records with external ids, as data files do."""
        return self.env[model]._load_records(
            [
                {**data, "values": vals}
                for data, vals in zip(
                    self._make_names(name, len(vals_list)), vals_list, strict=True
                )
            ]
        )

    def _name_records(self, name, records):
        """Give external ids to records that Odoo made."""
        pairs = zip(self._make_names(name, len(records)), records, strict=True)
        self.env["ir.model.data"]._update_xmlids([{**data, "record": one} for data, one in pairs])

    def _make_names(self, name, count):
        return [
            {"xml_id": f"conversion_tracking.demo_{name}_{number}", "noupdate": True}
            for number in range(count)
        ]

    def _get_id(self, name):
        """A record's id, where this database has it: some are demonstration data of Odoo's."""
        names = self.env["ir.model.data"]
        return names._xmlid_to_res_id(name, raise_if_not_found=False)

    def _date_back(self, records, moments):
        """Say when records were created: Odoo takes that from nobody, except while it starts."""
        records.flush_recordset()
        rows = zip(records.ids, moments, strict=True)
        query = SQL(
            "UPDATE %(table)s SET create_date = told.at"
            " FROM (VALUES %(rows)s) AS told (id, at) WHERE told.id = %(table)s.id",
            table=SQL.identifier(records._table),
            rows=SQL(", ").join(SQL("(%s, %s::timestamp)", *row) for row in rows),
        )
        self.env.cr.execute(query)
        records.invalidate_recordset(["create_date"])
        records.modified(["create_date"])
