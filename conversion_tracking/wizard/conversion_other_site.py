from markupsafe import escape

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..attribution.handover import FIELD
from ..controllers.other_site import SCRIPT_PATH
from ..groups import ADMINISTRATOR

FORM_PATH = "/website/form/crm.lead"


class ConversionOtherSite(models.TransientModel):
    """How to let a site that is not Odoo's hand over where its visitors came from.

    A page to read and copy from, which also lists the sites that have handed something over.
    """

    _name = "conversion.other.site"
    _description = "Sites That Are Not Odoo's"

    website_id = fields.Many2one(
        "website",
        "Odoo website",
        required=True,
        default=lambda self: self.env["website"].get_current_website(),
        help="The website whose address the other site embeds and links to.",
    )
    consent = fields.Selection(
        [
            ("required", "By the site's consent tool, or by a call of its own banner"),
            ("granted", "The script is only loaded once consent is given"),
        ],
        default="required",
        required=True,
        help="How the script learns that a visitor consents to being remembered.",
    )
    odoo_url = fields.Char("Address of Odoo", compute="_compute_texts")
    script_url = fields.Char("Address of the script", compute="_compute_texts")
    snippet = fields.Text("Into the head of every page", compute="_compute_texts")
    tag_manager_snippet = fields.Text("As a Custom HTML tag", compute="_compute_texts")
    hidden_field = fields.Char("Into the form", compute="_compute_texts")
    form_snippet = fields.Text("A form without a server of its own", compute="_compute_texts")
    accepts_forms = fields.Boolean(compute="_compute_accepts_forms")
    latest_ids = fields.Many2many(
        "conversion.touchpoint",
        compute="_compute_latest_ids",
        help="The latest form of each site that handed a journey over.",
    )

    @api.depends("consent")
    def _compute_display_name(self):
        self.display_name = self.env._("Other Sites")

    @api.depends("website_id", "consent")
    def _compute_texts(self):
        for page in self:
            page.odoo_url = base = page.website_id.get_base_url()
            page.script_url = f"{base}{SCRIPT_PATH}"
            address, consent = escape(page.script_url), page.consent or "required"
            page.snippet = f'<script src="{address}" data-consent="{consent}" defer></script>'
            page.hidden_field = f'<input type="hidden" name="{FIELD}">'
            page.tag_manager_snippet = "\n".join(
                (
                    "<script>",
                    '  var script = document.createElement("script");',
                    f'  script.src = "{address}";',
                    f'  script.setAttribute("data-consent", "{consent}");',
                    "  document.head.appendChild(script);",
                    "</script>",
                )
            )
            page.form_snippet = "\n".join(
                (
                    f'<form action="{escape(base)}{FORM_PATH}" method="post" target="answer">',
                    '  <input name="contact_name" required>',
                    '  <input name="email_from" type="email" required>',
                    '  <input name="name" required>',
                    f"  {page.hidden_field}",
                    "  <button>Send</button>",
                    "</form>",
                    '<iframe name="answer" hidden></iframe>',
                )
            )

    @api.depends("website_id")
    def _compute_accepts_forms(self):
        field = self.env["ir.model.fields"].sudo()._get("crm.lead", FIELD)
        self.accepts_forms = not field.website_form_blacklisted

    @api.depends("website_id")
    def _compute_latest_ids(self):
        touchpoints = self.env["conversion.touchpoint"]
        forms = [("kind", "=", "conversion"), ("other_site", "!=", False)]
        rows = touchpoints._read_group(forms, ["other_site"], ["id:max"])
        latest = touchpoints.browse(sorted((row[-1] for row in rows), reverse=True))
        self.latest_ids = latest

    @api.model
    def action_open(self):
        """Open the page."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.conversion_other_site_action"
        )
        return {**action, "res_id": self.create({}).id}

    def action_look_again(self):
        """Show the page as it is now: the list of sites is read anew."""
        return True

    def action_download(self):
        """Get the script as a file, for sites that keep it on their own server."""
        return {
            "type": "ir.actions.act_url",
            "url": f"{SCRIPT_PATH}?download=1",
            "target": "download",
        }

    def action_accept_forms(self):
        """Let forms post journeys to Odoo's own form address, as the form builder would."""
        self._check_administrator()
        # whoever administers conversion tracking need not edit websites
        fields_of_models = self.env["ir.model.fields"].with_user(SUPERUSER_ID)
        fields_of_models.formbuilder_whitelist("crm.lead", [FIELD])
        self._forget_fields()

    def action_refuse_forms(self):
        """Take that back."""
        self._check_administrator()
        # core's list has no way back, and its fields cannot be written
        self.env.cr.execute(
            SQL(
                "UPDATE ir_model_fields SET website_form_blacklisted = true"
                " WHERE model = 'crm.lead' AND name = %s",
                FIELD,
            )
        )
        self._forget_fields()

    def _forget_fields(self):
        self.env["ir.model.fields"].invalidate_model(["website_form_blacklisted"], flush=False)
        self.invalidate_recordset(["accepts_forms"], flush=False)

    def _check_administrator(self):
        self.check_access("write")
        if not self.env.user.has_group(ADMINISTRATOR):
            raise AccessError(
                self.env._(
                    "Only administrators of Conversion Tracking decide whether forms of other "
                    "sites may hand over journeys. Ask one of them."
                )
            )
