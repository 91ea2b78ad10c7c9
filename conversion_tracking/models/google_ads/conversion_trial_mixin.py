from odoo import models


class ConversionTrialMixin(models.AbstractModel):
    """And what Google would be told of a lead of the self-test."""

    _inherit = "conversion.trial.mixin"

    @classmethod
    def _get_trial_facts(cls, lead):
        status, conversion = (
            lead.env["google.ads.event"]._get_events_of(lead).get("lead_created", ("", None))
        )
        return {
            **super()._get_trial_facts(lead),
            "google_status": status,
            "google_reported": bool(conversion),
        }
