from datetime import timezone

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ..attribution.click_ids import clean_click_id
from ..attribution.touch import CLICK_IDS, Touch

BATCH = 1000
# Some fields hold click ids without naming the parameter: "x_ads_click".
TELLING_PARTS = (*CLICK_IDS, "clid", "click")


class ConversionClickImport(models.TransientModel):
    """A field of leads in which a company kept click ids before it had this add-on.

    Its values become touchpoints of the leads that have none. Nothing is reported to
    Google for them: what happened before is filled back from the account, on demand.
    """

    _name = "conversion.click.import"
    _description = "Import of Click Ids"
    _order = "id"

    field_id = fields.Many2one(
        "ir.model.fields", "Field of the lead", required=True, readonly=True, ondelete="cascade"
    )
    technical_name = fields.Char(related="field_id.name")
    click_id = fields.Selection(
        [(name, name) for name in CLICK_IDS],
        "Holds",
        required=True,
        help="The parameter of the landing page's address whose values the field holds.",
    )
    lead_count = fields.Integer(
        "Leads to import",
        compute="_compute_lead_count",
        help="Leads with a value in this field and without a touchpoint.",
    )
    imported = fields.Integer(readonly=True)
    left_out = fields.Integer(
        readonly=True, help="Leads whose value is no click id: no advertising platform knows it."
    )

    @api.depends("field_id", "imported")
    def _compute_lead_count(self):
        for one in self:
            one.lead_count = self.env["crm.lead"].sudo().search_count(one._get_domain())

    @api.model
    def action_open(self):
        """List the fields of leads that seem to hold click ids."""
        self.check_access("create")
        found = self.create(
            [
                {"field_id": field.id, "click_id": self._guess_click_id(field)}
                for field in self._get_candidates()
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.conversion_click_import_action"
        )
        return {**action, "domain": [("id", "in", found.ids)]}

    @api.model
    def _get_candidates(self):
        fields_of_leads = (
            self.env["ir.model.fields"]
            .sudo()
            .search(
                [
                    ("model", "=", "crm.lead"),
                    ("ttype", "in", ("char", "text")),
                    ("store", "=", True),
                ],
                order="name",
            )
        )
        return fields_of_leads.filtered(
            lambda field: any(part in self._describe(field) for part in TELLING_PARTS)
        )

    @api.model
    def _guess_click_id(self, field):
        return next((one for one in CLICK_IDS if one in self._describe(field)), CLICK_IDS[0])

    @api.model
    def _describe(self, field):
        return f"{field.name} {field.field_description}".lower()

    def action_import(self):
        """Make touchpoints of the values."""
        self.ensure_one()
        self.check_access("write")
        leads = self.env["crm.lead"].sudo().search(self._get_domain(), order="create_date, id")
        self.left_out = 0
        for ids in split_every(BATCH, leads.ids):
            self._import(leads.browse(ids))
            self.env.invalidate_all()
        return True

    def _get_domain(self):
        """Domain of the leads to import, lost ones too."""
        return (
            Domain(self.technical_name, "not in", (False, ""))
            & Domain("lead_creation_touch_id", "=", False)
            & Domain("active", "in", (True, False))
        )

    def _import(self, leads):
        touchpoints = self.env["conversion.touchpoint"].sudo()
        names, rows = {}, []
        for lead in leads:
            value = clean_click_id(lead[self.technical_name] or "")
            if value:
                rows.append(self._prepare_touchpoint(lead, value, names))
        self.imported += len(rows)
        self.left_out += len(leads) - len(rows)
        created = touchpoints.create(rows)
        self.env.flush_all()
        # Not by write(): thousands of leads, and nothing of them may look changed today.
        for table, key in (("crm_lead", "lead_id"), ("res_partner", "partner_id")):
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE %(table)s AS record
                       SET first_touch_id = first.id,
                           lead_creation_touch_id = first.id,
                           google_touch_id = google.id
                      FROM (SELECT %(key)s AS owner_id, MIN(id) AS id
                              FROM conversion_touchpoint
                             WHERE id = ANY(%(ids)s)
                          GROUP BY 1) AS first
                 LEFT JOIN conversion_touchpoint AS google
                        ON google.id = first.id AND google.click_platform = 'google'
                     WHERE record.id = first.owner_id
                       AND record.first_touch_id IS NULL
                       AND record.lead_creation_touch_id IS NULL
                    """,
                    table=SQL.identifier(table),
                    key=SQL.identifier(key),
                    ids=created.ids,
                )
            )

    def _prepare_touchpoint(self, lead, value, names):
        """Values of the touch: the click, with the UTM records the lead has already."""
        utm = {name: lead[f"{name}_id"].name or "" for name in ("source", "medium", "campaign")}
        touch = Touch(
            occurred_at=lead.create_date.replace(tzinfo=timezone.utc, microsecond=0),
            **utm,
            **{self.click_id: value},
        )
        values = self.env["conversion.origin"].sudo()._prepare_touch(touch, names)
        known = {f"{name}_id": lead[f"{name}_id"].id for name in utm} if any(utm.values()) else {}
        return {
            **values,
            **known,
            # it was kept without its time
            "time_unknown": True,
            "lead_id": lead.id,
            "partner_id": lead.partner_id.id,
            "company_id": lead.company_id.id,
        }
