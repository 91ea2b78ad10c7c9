from odoo.addons.website_crm.controllers.website_form import WebsiteForm
from odoo.http import request

from ..attribution.handover import FIELD as HANDED_OVER
from ..attribution.parameters import CARRIED_PARAMETERS
from ..attribution.query import MARKETING_PARAMETERS, clean_name
from ..models.conversion_attribution_mixin import is_own

# What says where a visitor came from, unless a company offers a field of that name in its forms.
TOLD = frozenset((*MARKETING_PARAMETERS, *CARRIED_PARAMETERS, HANDED_OVER))


class ConversionTrackingWebsiteForm(WebsiteForm):
    def extract_data(self, model_sudo, values):
        """Drop our names before core copies unknown ones into the description.

        Attribution is never taken from what a form posts: anybody can post anything. But a
        field that a company made itself, such as ``gclid``, and offers in its forms is the
        company's own; so is the journey that other sites of the company hand over, once it is
        offered. And a file is a file, whatever its field is called.
        """
        fields = request.env[model_sudo.model]._fields
        texts = {name for name, value in values.items() if not hasattr(value, "filename")}
        dropped = {name for name in texts if name in fields and is_own(fields[name])}
        if told := {name for name in texts if clean_name(name) in TOLD}:
            dropped = (dropped | told) - (told & model_sudo._get_form_writable_fields().keys())
        values = {name: value for name, value in values.items() if name not in dropped}
        return super().extract_data(model_sudo, values)

    def insert_record(self, request, model_sudo, values, custom, meta=None):
        submitted = dict(values)  # core puts the company's sender in the place of the visitor's
        record_id = super().insert_record(request, model_sudo, values, custom, meta=meta)
        if record_id:
            record = request.env[model_sudo.model].sudo().browse(record_id)
            request.env["conversion.recorder"].sudo()._record_form(record, submitted)
            request.env["ir.http"]._note_trial(record)
        return record_id
