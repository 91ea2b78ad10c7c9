from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

ACTIVITY = "conversion_tracking.mail_activity_alert"


class ConversionAlert(models.Model):
    """Something that is wrong and that somebody was told of, once, as long as it lasts.

    Written by the daily watch only, see ``conversion.alert.rule``. Times are in UTC.
    """

    _name = "conversion.alert"
    _description = "Alert"
    _inherit = ["conversion.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "ended_at desc, id desc"
    # whoever is asked may say that it is done
    _mail_post_access = "read"

    name = fields.Char("About", required=True, readonly=True)
    rule_id = fields.Many2one(
        "conversion.alert.rule", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(related="rule_id.kind", store=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    key = fields.Char(required=True, readonly=True, help="Names what it is about.")
    text = fields.Text("What to do", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Told to", readonly=True)
    ended_at = fields.Datetime("Over since", readonly=True, help="Empty as long as it lasts.")
    is_open = fields.Boolean("Open", compute="_compute_is_open")
    res_model = fields.Char(readonly=True)
    res_domain = fields.Json(readonly=True, help="The records behind it, of the model beside.")

    _open_uniq = models.UniqueIndex(
        "(company_id, kind, key) WHERE ended_at IS NULL", "This alert is open already."
    )

    @api.depends("ended_at")
    def _compute_is_open(self):
        for alert in self:
            alert.is_open = not alert.ended_at

    # ------------------------------------------------------------
    # For the watch
    # ------------------------------------------------------------

    @api.model
    def _follow(self, rule, company, alarms, responsible):
        """Open alerts for new alarms, bring open ones up to date, end those that are over.

        :param alarms: all ``kpi.alarm.Alarm`` of the rule's kind for this company now
        :param responsible: gets an activity for each alert that is new
        """
        lasting = self.search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", rule.kind),
                ("ended_at", "=", False),
            ]
        ).grouped("key")
        for alarm in alarms:
            values = {
                "rule_id": rule.id,
                "name": alarm.subject,
                "text": alarm.text,
                "res_model": alarm.model,
                "res_domain": alarm.domain,
            }
            if alert := lasting.pop(alarm.key, None):
                alert._bring_up_to_date(values)
                continue
            alert = self.create(
                {**values, "key": alarm.key, "company_id": company.id, "user_id": responsible.id}
            )
            alert.activity_schedule(
                ACTIVITY,
                summary=f"{rule.display_name}: {alarm.subject}",
                note=plaintext2html(alarm.text),
                user_id=responsible.id,
            )
        self.browse().union(*lasting.values())._end()

    def _bring_up_to_date(self, values):
        """Tell the numbers of today, without asking anybody anew."""
        self.write(values)
        self.activity_search([ACTIVITY]).note = plaintext2html(values["text"])

    def _end(self):
        """It is over: nobody has to do anything more."""
        self.ended_at = fields.Datetime.now()
        for alert in self:
            told = alert.with_context(lang=alert.user_id.lang)
            told.activity_feedback([ACTIVITY], feedback=told.env._("It is over."))

    # ------------------------------------------------------------
    # For people
    # ------------------------------------------------------------

    def action_open_records(self):
        """Open the records behind the alert.

        :raise UserError: for who may not see them
        """
        self.ensure_one()
        records = self.env[self.res_model]
        if not records.has_access("read"):
            raise UserError(
                self.env._(
                    "Only those who see leads in CRM can open them. Ask your administrator for "
                    "the access, or a salesperson to look."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.res_model,
            "view_mode": "list,form",
            "domain": self.res_domain,
            "context": {"active_test": False, "create": False},
        }
