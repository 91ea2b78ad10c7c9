from odoo import api, fields, models
from odoo.tools import format_date

from ..groups import TOUCHPOINT_READERS
from .conversion_guard_mixin import is_own
from .conversion_journey import Traveller


class ConversionAttributionMixin(models.AbstractModel):
    """What leads and contacts share: the person's first touch and lead creation.

    Each is a pointer to one touchpoint, so that time, source, medium, campaign and click
    id can never come from two different visits. The fields beside them only read through
    the pointer, for lists, filters and groups.
    """

    _name = "conversion.attribution.mixin"
    _description = "Attribution of a Person"
    _inherit = ["conversion.guard.mixin", "conversion.credit.mixin"]

    first_touch_id = fields.Many2one(
        "conversion.touchpoint",
        string="First touch",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The marketing contact that first brought this person. It never changes.",
        groups=TOUCHPOINT_READERS,
    )
    lead_creation_touch_id = fields.Many2one(
        "conversion.touchpoint",
        string="Lead creation",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The marketing contact of the visit that created the lead.",
        groups=TOUCHPOINT_READERS,
    )
    google_touch_id = fields.Many2one(
        "conversion.touchpoint",
        string="Google ad click",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The latest Google ad click before the record was created. Google credits it with "
        "what becomes of the person.",
        groups=TOUCHPOINT_READERS,
    )

    first_touch_at = fields.Datetime(
        "First touch on", related="first_touch_id.occurred_at", groups=TOUCHPOINT_READERS
    )
    first_touch_channel = fields.Selection(
        string="First touch channel", related="first_touch_id.channel", groups=TOUCHPOINT_READERS
    )
    first_touch_source_id = fields.Many2one(
        "utm.source",
        "First touch source",
        related="first_touch_id.source_id",
        groups=TOUCHPOINT_READERS,
    )
    first_touch_medium_id = fields.Many2one(
        "utm.medium",
        "First touch medium",
        related="first_touch_id.medium_id",
        groups=TOUCHPOINT_READERS,
    )
    first_touch_campaign_id = fields.Many2one(
        "utm.campaign",
        "First touch campaign",
        related="first_touch_id.campaign_id",
        groups=TOUCHPOINT_READERS,
    )
    lead_creation_at = fields.Datetime(
        "Lead creation on", related="lead_creation_touch_id.occurred_at", groups=TOUCHPOINT_READERS
    )
    lead_creation_channel = fields.Selection(
        string="Lead creation channel",
        related="lead_creation_touch_id.channel",
        groups=TOUCHPOINT_READERS,
    )
    lead_creation_source_id = fields.Many2one(
        "utm.source",
        "Lead creation source",
        related="lead_creation_touch_id.source_id",
        groups=TOUCHPOINT_READERS,
    )
    lead_creation_medium_id = fields.Many2one(
        "utm.medium",
        "Lead creation medium",
        related="lead_creation_touch_id.medium_id",
        groups=TOUCHPOINT_READERS,
    )
    lead_creation_campaign_id = fields.Many2one(
        "utm.campaign",
        "Lead creation campaign",
        related="lead_creation_touch_id.campaign_id",
        groups=TOUCHPOINT_READERS,
    )
    lead_creation_click_platform = fields.Selection(
        string="Ad click",
        related="lead_creation_touch_id.click_platform",
        groups=TOUCHPOINT_READERS,
    )

    attribution_erased_at = fields.Datetime(
        "Attribution erased on",
        readonly=True,
        copy=False,
        help="When this person's visits and clicks were erased, because they asked for it.",
        groups=TOUCHPOINT_READERS,
    )
    attribution_summary = fields.Char(
        "In short",
        compute="_compute_attribution_summary",
        compute_sudo=True,
        help="Where this person came from and what became of it, in one sentence.",
        groups=TOUCHPOINT_READERS,
    )
    journey_ids = fields.Many2many(
        "conversion.touchpoint",
        compute="_compute_journey_ids",
        help="All touchpoints of this person, the latest first.",
        groups=TOUCHPOINT_READERS,
    )

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        if allfields is None and not self.env.context.get("conversion_own_fields", True):
            allfields = [name for name, field in self._fields.items() if not is_own(field)]
        return super().fields_get(allfields, attributes)

    @api.depends("first_touch_id", "lead_creation_touch_id")
    @api.depends_context("lang", "tz")
    def _compute_attribution_summary(self):
        for record in self:
            clauses = record._get_summary_clauses()
            record.attribution_summary = f"{', '.join(clauses)}." if clauses else False

    def _get_summary_clauses(self):
        """Parts of the sentence that tells the journey and its outcome. Override to add some."""
        self.ensure_one()
        first, creation = self.first_touch_id, self.lead_creation_touch_id
        came = first or creation
        if not came or came.is_anonymous:
            return []
        clauses = [
            self.env._(
                "Came by %(touch)s on %(date)s",
                touch=came._describe(),
                date=format_date(self.env, came.occurred_at, date_format="d MMM y"),
            )
        ]
        if first and creation and first != creation:
            clauses.append(self.env._("became a lead by %(touch)s", touch=creation._describe()))
        return clauses

    def _compute_journey_ids(self):
        # A marketer may see the journey, not the leads that tell whose it is.
        travellers = [record._get_traveller() for record in self]
        journeys = self.env["conversion.journey"]._find(travellers)
        known = self.env["conversion.touchpoint"].union(*journeys)
        readable = set(known.with_env(self.env)._filtered_access("read")._ids)
        for record, journey in zip(self, journeys, strict=True):
            record.journey_ids = known.browse(one for one in journey._ids if one in readable)

    def _get_traveller(self):
        """Whose journey this record shows, for ``conversion.journey``."""
        self.ensure_one()
        return Traveller()

    def _export_dossier(self):
        """What is stored about the persons whom these records are of, as plain values.

        :raise AccessError: for who may not read click ids, or not these records
        """
        dossiers = self.env["conversion.dossier"]
        return dossiers._export(dossiers._open(self))

    def _download_dossier(self):
        """Action that downloads the same as a file."""
        subject = "lead" if self._name == "crm.lead" else "contact"
        ids = ",".join(map(str, self.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/conversion_tracking/stored/{subject}/{ids}.json",
            "target": "download",
        }

    def _erase_attribution(self):
        """Erase what marketing knows of the persons whom these records are of, for good; other
        records of the same persons included. What campaigns brought stays, by nobody.

        :return: the number of touchpoints that are anonymous now
        """
        dossier = self.env["conversion.dossier"]._collect(self)
        return self.env["conversion.eraser"]._erase(dossier)

    # ------------------------------------------------------------
    # For whoever tells others what happened, such as an ad platform
    # ------------------------------------------------------------

    def _conversion_happened(self, event):
        """Hook: ``event`` has just happened to these records, in this transaction.

        :param event: ``lead_created``, ``lead_qualified``, ``deal_won`` or ``stage`` (the stage
            that a lead is in now was reached)
        """

    def _conversion_undone(self, event):
        """Hook: ``event`` no longer holds, because a deal was reopened or lost."""
