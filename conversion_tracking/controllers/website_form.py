from odoo.addons.website_crm.controllers.website_form import WebsiteForm

from ..attribution.parameters import CARRIED_PARAMETERS, MARKETING_PARAMETERS

# Attribution is never taken from what a form posts: anybody can post anything.
OWN_FIELDS = frozenset(
    (
        "first_touch_id",
        "lead_creation_touch_id",
        "company_source_touch_id",
        "google_click_id",
        "journey_ids",
        "consent",
        "consent_at",
        "landing_url",
        "qualified_at",
        "won_at",
    )
)
PARAMETERS = frozenset((*MARKETING_PARAMETERS, *CARRIED_PARAMETERS))


class ConversionTrackingWebsiteForm(WebsiteForm):
    def extract_data(self, model_sudo, values):
        """Drop our names before core copies unknown ones into the description.

        A field that a company made itself, such as ``gclid``, and offers in its forms is
        the company's own.
        """
        dropped = OWN_FIELDS | PARAMETERS.difference(model_sudo._get_form_writable_fields())
        values = {name: value for name, value in values.items() if name not in dropped}
        return super().extract_data(model_sudo, values)

    def insert_record(self, request, model_sudo, values, custom, meta=None):
        record_id = super().insert_record(request, model_sudo, values, custom, meta=meta)
        # Leads record themselves when they are created.
        if record_id and model_sudo.model != "crm.lead":
            recorder = request.env["conversion.recorder"].sudo()
            record = request.env[model_sudo.model].sudo().browse(record_id)
            if model_sudo.model == "res.partner":
                recorder._record_contact(record)
            else:
                recorder._record_submission(record, values)
        return record_id
