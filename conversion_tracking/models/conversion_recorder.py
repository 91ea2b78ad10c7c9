from dataclasses import dataclass, field
from datetime import datetime, timezone

from odoo import api, fields, models
from odoo.http import request

from ..attribution.channels import DIRECT, OFFLINE
from ..attribution.parameters import parse_landing_url
from ..attribution.touch import Touch

UTM_FIELDS = ("source_id", "medium_id", "campaign_id")
API_PATHS = ("/xmlrpc", "/jsonrpc", "/json/2")


@dataclass
class Arrival:
    """What is to be written for one new lead or contact.

    A touch is the id of an existing touchpoint or the values of one to be made; ``rows``
    are the latter. ``utm`` are core's three fields for the lead, ``None`` to leave them.
    """

    rows: list = field(default_factory=list)
    first_touch: object = None
    lead_creation_touch: object = None
    google_click: object = None
    partner_id: int = 0
    consent: dict = field(default_factory=dict)
    utm: dict | None = None


class ConversionRecorder(models.AbstractModel):
    """Turns visits into touchpoints of persons: who is new, who is known, what is whose.

    Works on batches, with a fixed number of queries a batch: ten thousand imported leads
    must not cost ten thousand searches.
    """

    _name = "conversion.recorder"
    _description = "Touchpoint Recorder"

    # ------------------------------------------------------------
    # Entry points
    # ------------------------------------------------------------

    @api.model
    def _prepare_leads(self, vals_list):
        """Write the touchpoints of leads about to be made and complete their values.

        :return: list of arrivals, for :meth:`_attach`
        """
        visit = self.env["ir.http"]._current_visit()
        persons = self.env["conversion.person"]._find(vals_list)
        names = {}
        arrivals = []
        for vals, person in zip(vals_list, persons, strict=True):
            arrivals.append(self._plan(vals, person, visit, names, form="crm.lead"))
        self._create_rows(arrivals)
        for vals, arrival in zip(vals_list, arrivals, strict=True):
            vals.update(
                first_touch_id=arrival.first_touch,
                lead_creation_touch_id=arrival.lead_creation_touch,
                google_click_id=arrival.google_click,
                **arrival.consent,
                **(arrival.utm or {}),
            )
        return arrivals

    @api.model
    def _attach(self, leads, arrivals):
        """Tell the touchpoints which lead they belong to."""
        for lead, arrival in zip(leads, arrivals, strict=True):
            rows = self.env["conversion.touchpoint"].browse(row["id"] for row in arrival.rows)
            rows.write(
                {
                    "lead_id": lead.id,
                    "partner_id": lead.partner_id.id or arrival.partner_id,
                    "company_id": lead.company_id.id,
                }
            )

    @api.model
    def _record_contact(self, partner):
        """Write the touchpoints of a contact that a website form has just made."""
        visit = self.env["ir.http"]._current_visit()
        vals = {"email": partner.email, "phone": partner.phone, "company_id": partner.company_id.id}
        [person] = self.env["conversion.person"]._find([vals], "email", except_partner=partner)
        arrival = self._plan(vals, person, visit, {}, form="res.partner")
        self._create_rows([arrival])
        rows = self.env["conversion.touchpoint"].browse(row["id"] for row in arrival.rows)
        rows.write({"partner_id": partner.id, "company_id": partner.company_id.id})
        partner.write(
            {
                "first_touch_id": arrival.first_touch,
                "lead_creation_touch_id": arrival.lead_creation_touch,
                "google_click_id": arrival.google_click,
            }
        )
        partner._report_submission()
        if partner.is_company and not person.known:
            partner.company_source_touch_id = arrival.lead_creation_touch

    @api.model
    def _record_submission(self, record, values):
        """Write the conversion of a form that made neither a lead nor a contact."""
        visit = self.env["ir.http"]._current_visit()
        email = next((values[name] for name in ("email_from", "email") if values.get(name)), "")
        [person] = self.env["conversion.person"]._find([{"email_from": email}])
        touch = visit.journey.latest if visit.tracked else None
        touch_values = self._touch_values(touch, {}) if touch else {}
        self.env["conversion.touchpoint"].create(
            {
                **self._prepare_conversion(touch_values, visit, record._name),
                "partner_id": person.partner_id or False,
                "company_id": record.company_id.id if "company_id" in record else False,
            }
        )

    # ------------------------------------------------------------
    # Where from
    # ------------------------------------------------------------

    @api.model
    def _plan(self, vals, person, visit, names, form):
        """Decide what is written for one new record, without writing it."""
        explicit = {name: vals[name] for name in UTM_FIELDS if vals.get(name)}
        landing_url = vals.pop("landing_url", None)
        arrival = Arrival(partner_id=person.partner_id)
        rows = []
        if landing_url:
            touch = parse_landing_url(landing_url, now=datetime.now(timezone.utc))
            rows.append(self._touch_values(touch, names))
        elif visit:
            rows = self._visit_rows(visit, explicit, names)
            arrival.consent = {
                "consent": visit.consent,
                "consent_at": visit.consent_at and visit.consent_at.replace(tzinfo=None),
            }
        elif explicit:
            rows.append(self._explicit_values(explicit))
        else:
            rows.append(self._offline_values(vals))
        if landing_url or visit:
            arrival.utm = self._lead_utm_values(rows, visit, explicit)
        self._place(arrival, person, rows)
        if visit:
            touch_values = rows[-1] if rows else {}
            arrival.rows.append(self._prepare_conversion(touch_values, visit, form))
        consent = {
            "consent": vals.get("consent") or arrival.consent.get("consent") or "unknown",
            "consent_at": vals.get("consent_at") or arrival.consent.get("consent_at"),
        }
        for row in arrival.rows:
            row.update(consent, website_id=visit.website_id if visit else False)
        return arrival

    @api.model
    def _visit_rows(self, visit, explicit, names):
        """Values of the touches behind a visitor's request, oldest first."""
        if not visit.tracked:
            return []
        rows = [self._touch_values(touch, names) for touch in visit.journey.touches]
        if explicit.keys() - {"medium_id"}:
            # The form itself says what it counts for; its medium alone is core's default.
            rows.append(self._explicit_values(explicit))
        if not rows:
            now = datetime.now(timezone.utc).replace(microsecond=0)
            rows.append(self._touch_values(Touch(now, landing_page=visit.page), names))
        return rows

    @api.model
    def _touch_values(self, touch, names):
        return self.env["conversion.touchpoint"]._prepare_touch_values(touch, names)

    @api.model
    def _explicit_values(self, utm):
        """A touch known only by the UTM records somebody chose."""
        names = {
            name: self.env[f"utm.{name}"].sudo().browse(utm.get(f"{name}_id")).name or ""
            for name in ("source", "medium", "campaign")
        }
        touch = Touch(datetime.now(timezone.utc), **names)
        return {
            "occurred_at": fields.Datetime.now(),
            "channel": self.env["conversion.channel.rule"]._describe(touch)[0],
            **utm,
        }

    @api.model
    def _offline_values(self, vals):
        return {
            "occurred_at": fields.Datetime.now(),
            "channel": OFFLINE,
            "source_id": self._get_way_in(vals).id,
        }

    @api.model
    def _get_way_in(self, vals):
        """Source that names the way a lead came in without marketing: typed, import, ...

        Override for other ways; ``vals`` are the values of the lead.
        """
        path = request.httprequest.path if request else ""
        if way := self.env.context.get("conversion_way"):
            name = way
        elif self.env.context.get("import_file"):
            name = "import"
        elif vals.get("origin_channel_id"):
            name = "livechat"
        elif path.startswith(API_PATHS):
            name = "api"
        elif request and request.env.uid and request.env.user._is_internal():
            name = "typed"
        else:
            name = "automatic"
        return self.env.ref(f"conversion_tracking.utm_source_{name}", raise_if_not_found=False) or (
            self.env["utm.source"]
        )

    @api.model
    def _lead_utm_values(self, rows, visit, explicit):
        """Core's UTM fields of the lead: those of its lead creation, never a mixture."""
        if rows and rows[-1]["channel"] != DIRECT:
            return {name: rows[-1].get(name, False) for name in UTM_FIELDS}
        if visit and explicit.keys() - {"medium_id"}:
            return None
        # Nothing is known: not even what core's own cookies, an employee's perhaps, say.
        website = self.env["utm.medium"]._fetch_or_create_utm_medium("website")
        return {"source_id": False, "campaign_id": False, "medium_id": website.id}

    @api.model
    def _prepare_conversion(self, touch_values, visit, form):
        values = {
            name: value
            for name, value in touch_values.items()
            if name not in ("kind", "fingerprint", "id", "click_info")
        }
        return {
            **values,
            "kind": "conversion",
            "occurred_at": fields.Datetime.now(),
            "form": self.env["ir.model"]._get(form).name,
            "page": visit.page,
            "consent": visit.consent,
            "consent_at": visit.consent_at and visit.consent_at.replace(tzinfo=None),
            "website_id": visit.website_id,
        }

    # ------------------------------------------------------------
    # Whose
    # ------------------------------------------------------------

    @api.model
    def _place(self, arrival, person, rows):
        """Give the touches their kinds, and the new record its first touch and lead creation.

        A known person keeps both; touches recorded by an earlier form are not repeated.
        """
        recorded = {one.fingerprint: one.id for one in person.touchpoints if one.fingerprint}
        touches = []
        for row in rows:
            known_id = recorded.get(row.get("fingerprint"))
            if not known_id:
                row["kind"] = "visit"
                arrival.rows.append(row)
            touches.append(known_id or row)
        if touches:
            arrival.lead_creation_touch = touches[-1]
            if isinstance(touches[-1], dict):
                touches[-1]["kind"] = "lead_creation"
        if person.known:
            arrival.first_touch = person.first_touch
        elif touches:
            arrival.first_touch = touches[0]
            touches[0]["kind"] = "first_touch"
            person.known = True
            person.first_touch = arrival.first_touch
            person.lead_creation_touch = arrival.lead_creation_touch
        clicks = [
            touch
            for touch in touches
            if isinstance(touch, dict) and touch.get("click_platform") == "google"
        ]
        earlier = person.touchpoints._get_google_click().id if person.touchpoints else False
        arrival.google_click = clicks[-1] if clicks else earlier

    @api.model
    def _create_rows(self, arrivals):
        """Create the planned touchpoints together and put their ids in the arrivals."""
        rows = [row for arrival in arrivals for row in arrival.rows]
        created = self.env["conversion.touchpoint"].create([dict(row) for row in rows])
        for row, touchpoint in zip(rows, created, strict=True):
            row["id"] = touchpoint.id
        for arrival in arrivals:
            for name in ("first_touch", "lead_creation_touch", "google_click"):
                touch = getattr(arrival, name)
                setattr(arrival, name, touch["id"] if isinstance(touch, dict) else touch or False)
