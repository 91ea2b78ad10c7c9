from odoo import api, models
from odoo.fields import Domain

from ..attribution.channels import OFFLINE
from ..attribution.touch import CLICK_IDS
from .conversion_journey import Traveller
from .conversion_origin import UTM_FIELDS

VISITS = Domain("kind", "=", "visit")


class ConversionRepetition(models.AbstractModel):
    """Finds the touchpoints that visits have already: no visit is written twice.

    A browser tells its whole journey with each form, and an app hands on what brought a stranger.
    """

    _name = "conversion.repetition"
    _description = "Visits Recorded Before"

    @api.model
    def _find_touches(self, person, rows, visit):
        """The touch of each row: id of the touchpoint that is there already, else the row."""
        if visit and (person.known or person.first_touch):
            recorded = self._find_recorded(person, rows)
            return [self._recognise(row, recorded) or row for row in rows]
        if rows and person.first_touch and not person.known:
            return [*rows[:-1], self._find_handed_on(person, rows[-1]) or rows[-1]]
        return rows

    @api.model
    def _find_recorded(self, person, rows):
        """Touchpoints of the person's journey that may be one of the touches: ``{time: them}``."""
        times = Domain("occurred_at", "in", [row["occurred_at"] for row in rows])
        traveller = Traveller(person.identity, partner_ids=(person.partner_id or 0,))
        [found] = self.env["conversion.journey"]._find([traveller], times & VISITS)
        return found.grouped("occurred_at")

    @api.model
    def _recognise(self, row, recorded):
        """Id of the touchpoint that a row would be again, else ``None``.

        Two browsers come within the same second, but hardly by the same way. Of what a full
        cookie drops, only what both tell is compared.
        """
        same = ["click_platform", "campaign_id"]
        if not row.get("referrer") and not row.get("click_platform"):
            same += ["source_id", "medium_id"]  # of others the rules say them, which may change
        told = [*CLICK_IDS, "term", "content", "referrer", "landing_page"]
        for touchpoint in recorded.get(row["occurred_at"], []):
            values = touchpoint.sudo().read([*same, *told], load=None)[0]
            if all((row.get(name) or False) == values[name] for name in same) and all(
                row[name] == values[name] for name in told if row.get(name) and values[name]
            ):
                return touchpoint.id
        return None

    @api.model
    def _find_handed_on(self, person, row):
        """Id of a stranger's visit whose UTM records an app has kept for the lead that it makes
        only now with the values ``row``, else ``None``."""
        if row["channel"] == OFFLINE or row.get("landing_page"):
            return None
        same = Domain.AND(Domain(name, "=", row.get(name, False)) for name in UTM_FIELDS)
        [found] = self.env["conversion.journey"]._find([Traveller(person.identity)], VISITS & same)
        return found[:1].id or None
