"""The leads of the story with their touchpoints.

Visits become touchpoints as channel rules say. Leads carry their history when they are created, as
those do that an administrator imports; what Odoo dates now is then dated back.
"""

from datetime import timedelta, timezone

from ..attribution.channels import DIRECT, OFFLINE
from ..attribution.touch import GOOGLE_CLICK_IDS, Touch
from ..models.conversion_origin import UTM_FIELDS
from ..models.conversion_recorder import Arrival
from .records import Records

TEAMS = {"admin": "sales_team.team_sales_department", "demo": "sales_team.crm_team_1"}
EVERY_SIXTH = 6  # clicks of ads on an iPhone, which have an id of their own


class Leads(Records):
    """Writes touchpoints, then leads."""

    def __init__(self, env, now):
        super().__init__(env, now)
        self.utm = {}  # records found by name

    def write_leads(self, story):
        """Write the leads of a story.

        :return: ``{crm.lead: what is told of it}``
        """
        arrivals = self._write_touchpoints(story)
        vals_list = [
            {**self._prepare_lead(told), **arrival.values, **self._get_pointers(arrival)}
            for told, arrival in zip(story, arrivals, strict=True)
        ]
        leads = self._load("crm.lead", "lead", vals_list)
        self._date_back(leads, [told.created for told in story])
        # who refused cookies came by no touch that is known; the recorder took them for typed in
        for lead, arrival in zip(leads, arrivals, strict=True):
            if not arrival.lead_creation_touch:
                lead.lead_creation_touch_id.unlink()
        self.env["conversion.recorder"]._attach(leads, arrivals)
        # Odoo has won the deals now
        for lead, told in zip(leads, story, strict=True):
            if told.state == "won":
                lead.write({"won_at": told.closed, "date_closed": told.closed})
        of_lead = dict(zip(leads, story, strict=True))
        leads.filtered(lambda lead: of_lead[lead].state == "reopened").action_unarchive()
        return of_lead

    def _write_touchpoints(self, story):
        """The visits and forms of each lead.

        :return: arrivals as of ``conversion.recorder``, whose rows have ids
        """
        arrivals = [self._plan_arrival(lead) for lead in story]
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
                if any(row.get(name) for name in GOOGLE_CLICK_IDS):
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
            campaign = self.env["utm.finder"]._get_id
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
            content=visit.content,
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
