from odoo import api, fields, models
from odoo.exceptions import UserError

from ...attribution.alike import Likeness
from ...groups import require_manager


class GoogleAdsSuggestionMixin(models.AbstractModel):
    """The campaign in Odoo that a Google campaign may stand for, for somebody to confirm.

    Suggested by what the names have in common, see ``attribution.alike``; never applied by itself.
    What was confirmed counts as chosen by hand, what was rejected is not suggested again.
    """

    _name = "google.ads.suggestion.mixin"
    _description = "Suggested Campaign in Odoo"

    suggested_campaign_id = fields.Many2one(
        "utm.campaign",
        "Suggestion",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="A campaign in Odoo whose name is like the one at Google. Confirm it, and costs go "
        "there; reject it, and it is not suggested again.",
    )
    rejected_campaign_ids = fields.Many2many(
        "utm.campaign",
        "google_ads_campaign_rejected_rel",
        string="Rejected",
        readonly=True,
        help="Campaigns that somebody said this one does not stand for.",
    )

    def action_confirm_suggestion(self):
        """Map those that have a suggestion to it, as if it was chosen by hand."""
        require_manager(self)
        suggested = self._get_suggested()
        for campaign, members in suggested.grouped("suggested_campaign_id").items():
            members.write(
                {
                    "campaign_id": campaign.id,
                    "mapped_by": "hand",
                    "suggested_campaign_id": False,
                }
            )
        suggested._write_costs()

    def action_reject_suggestion(self):
        """Never suggest the same again; the next likest takes its place."""
        require_manager(self)
        suggested = self._get_suggested()
        for one in suggested:
            one.rejected_campaign_ids |= one.suggested_campaign_id
        suggested._suggest()

    def _get_suggested(self):
        """Those of these that have a suggestion.

        :raise UserError: none has
        """
        suggested = self.sudo().filtered("suggested_campaign_id")
        if not suggested:
            raise UserError(
                self.env._(
                    "There is no suggestion for what you selected. Choose a campaign by hand in "
                    "the column Campaign in Odoo."
                )
            )
        return suggested

    def _suggest(self):
        """Find suggestions for those that nobody decided about and that no name was found for.

        A campaign that was made in Odoo for one of Google's gets one, too: it may be the double of
        another. It is itself no suggestion for the others.
        """
        undecided = self.filtered(lambda one: one._needs_suggestion())
        (self - undecided).filtered("suggested_campaign_id").suggested_campaign_id = False
        if not undecided:
            return
        likeness = Likeness(self._get_candidates())
        for one in undecided:
            rejected = set(one.rejected_campaign_ids.ids)
            names = filter(None, (one.tracking_name, one.name))
            found = (key for name in names for key in likeness.find(name) if key not in rejected)
            one._take_over({"suggested_campaign_id": next(found, False)})

    def _needs_suggestion(self):
        self.ensure_one()
        return self.mapped_by == "made" or (not self.campaign_id and self.mapped_by != "hand")

    @api.model
    def _get_candidates(self):
        """``(id, name)`` of the campaigns in Odoo that may be suggested, by each of their names."""
        made = self.env["google.ads.campaign"].search([("mapped_by", "=", "made")]).campaign_id
        campaigns = self.env["utm.campaign"].search([("id", "not in", made.ids)], order="id")
        campaigns.fetch(["name", "title"])
        return [
            (campaign.id, name)
            for campaign in campaigns
            for name in dict.fromkeys((campaign.title, campaign.name))
            if name
        ]
