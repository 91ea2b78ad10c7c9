from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount

from ..attribution.channels import OFFLINE
from ..groups import ADMINISTRATOR
from ..kpi.alarm import Alarm, Part, has_risen

# What the last days are compared with: the four weeks before them.
WEEKS_BEFORE = 4
# A visitor may think about it for a day or two: what was spent since brings nobody yet.
THINKING = timedelta(days=2)
# Kinds whose limit is a percentage.
SHARES = {"sourceless"}


class ConversionAlertRule(models.Model):
    """What is watched, and from where on it is worth an alert.

    A rule without a company holds for all of them, but those that have one of their own of the
    same kind, archived or not. Days are 24 hours, in UTC.
    """

    _name = "conversion.alert.rule"
    _description = "Alert Rule"
    _inherit = ["conversion.company.mixin"]
    _order = "sequence, company_id, id"

    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("sourceless", "Leads without a source rise"),
            ("silent_form", "A form stopped making leads"),
            ("idle_spend", "Spend without leads"),
        ],
        "Alert",
        required=True,
    )
    active = fields.Boolean(default=True, help="Archive a rule to switch it off.")
    company_id = fields.Many2one(
        "res.company", help="Empty: all companies that have no rule of their own of this kind."
    )
    days = fields.Integer(
        "Last days", default=7, required=True, help="The days that are looked at."
    )
    share = fields.Integer(
        "Limit (%)", default=25, required=True, help="Where it begins, see the sentence above."
    )
    minimum = fields.Integer(
        "At least", default=10, required=True, help="Smaller numbers say nothing."
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        domain="[('share', '=', False)]",
        help="Gets the activity. Empty, or not in the company: the responsible of its Google Ads "
        "account, else the first administrator of Conversion Tracking there.",
    )
    meaning = fields.Char("In words", compute="_compute_meaning")
    has_share = fields.Boolean(compute="_compute_has_share")

    _kind_uniq = models.UniqueIndex(
        "(kind, COALESCE(company_id, 0))", "There is a rule of this kind for this company already."
    )
    _numbers_possible = models.Constraint(
        "CHECK (days BETWEEN 1 AND 90 AND share BETWEEN 1 AND 1000 AND minimum >= 1)",
        "Look at 1 to 90 days; limit and minimum are 1 at least. Archive the rule to switch it "
        "off.",
    )

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for rule in self:
            rule.display_name = labels.get(rule.kind, "")

    @api.depends("kind")
    def _compute_has_share(self):
        shares = self._get_share_kinds()
        for rule in self:
            rule.has_share = rule.kind in shares

    @api.model
    def _get_share_kinds(self):
        """The kinds whose limit is a percentage. Override for more."""
        return SHARES

    @api.depends("kind", "days", "share", "minimum")
    @api.depends_context("lang")
    def _compute_meaning(self):
        for rule in self:
            explain = self._get_explanations().get(rule.kind)
            numbers = {"days": rule.days, "share": rule.share, "minimum": rule.minimum}
            rule.meaning = explain and explain(numbers)

    @api.model
    def _get_explanations(self):
        """``{kind: function of its numbers that says it in words}``. Override for more kinds."""
        return {
            "sourceless": lambda numbers: self.env._(
                "Of the website's leads of the last %(days)s days, %(minimum)s at least, the share "
                "without a source is %(share)s percentage points above that of the 4 weeks before.",
                **numbers,
            ),
            "silent_form": lambda numbers: self.env._(
                "A page whose form made %(minimum)s leads a week or more, for 4 weeks, made none "
                "for %(days)s days.",
                **numbers,
            ),
            "idle_spend": lambda numbers: self.env._(
                "A campaign cost %(minimum)s or more, in the company's currency, in the last "
                "%(days)s days, and brought no lead. Costs of the last 2 days do not count yet.",
                **numbers,
            ),
        }

    # ------------------------------------------------------------
    # Watching
    # ------------------------------------------------------------

    @api.model
    def _cron_watch(self):
        """Daily, for each company: open alerts, and end those that are over."""
        companies = self.env["res.company"].sudo().search([], order="id")
        rules = self._get_all()
        for done, company in enumerate(companies):
            rules._watch_over(company)
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - done - 1)

    @api.model
    def _get_all(self):
        """All rules, those too that are switched off: their alerts end."""
        rules = self.sudo().with_context(active_test=False).search([])
        return rules.with_context(active_test=True)

    def _watch_over(self, company):
        """Bring all alerts of a company up to date by those of these rules that hold for it."""
        for rule in self._get_for(company):
            rule.with_context(allowed_company_ids=company.ids)._watch(company)

    def _get_for(self, company):
        """Those of these rules that hold for a company: its own before those for all."""
        own = self.filtered(lambda rule: rule.company_id == company)
        kinds = set(own.mapped("kind"))
        return own + self.filtered(lambda rule: not rule.company_id and rule.kind not in kinds)

    def _watch(self, company):
        """Bring the alerts of a company up to date with what this rule finds."""
        self.ensure_one()
        responsible = self._get_responsible(company)
        rule = self.with_context(lang=responsible.lang)
        alarms = rule._get_finders()[self.kind](rule, company) if self.active else ()
        rule.env["conversion.alert"]._follow(rule, company, list(alarms), responsible)

    @api.model
    def _get_finders(self):
        """``{kind: function of rule and company that yields alarms}``. Override for more kinds."""
        return {
            "sourceless": type(self)._find_sourceless,
            "silent_form": type(self)._find_silent_forms,
            "idle_spend": type(self)._find_idle_spend,
        }

    def _get_responsible(self, company):
        """Who gets the activities of a company."""
        chosen = self.user_id
        if chosen.active and company in chosen.company_ids:
            return chosen
        return self._get_candidates(company)[:1] or self.env.ref("base.user_admin")

    @api.model
    def _get_candidates(self, company):
        """Who gets the activities of a company where nobody was chosen, the best first."""
        return self.env["res.users"].search(
            [
                ("all_group_ids", "in", self.env.ref(ADMINISTRATOR).ids),
                ("company_ids", "in", company.ids),
                ("share", "=", False),
            ],
            order="id",
        )

    # ------------------------------------------------------------
    # What is looked at
    # ------------------------------------------------------------

    @api.model
    def _get_company_domain(self, company):
        """What is a company's; what is nobody's is the main company's."""
        main = self.env["res.company"].search([], order="id", limit=1)
        owners = [company.id, False] if company == main else company.ids
        return Domain("company_id", "in", owners)

    def _get_begin(self):
        return fields.Datetime.now() - timedelta(days=self.days)

    def _find_sourceless(self, company):
        """Leads of the website lose their source: a tag, a redirect or the cookies bar broke."""
        begin = self._get_begin()
        came = self._get_company_domain(company) & Domain.OR(
            [
                Domain("source_id", "=", False),
                Domain("lead_creation_touch_id.channel", "!=", OFFLINE),
            ]
        )
        before = (
            came
            & Domain("create_date", ">=", _write(begin - timedelta(weeks=WEEKS_BEFORE)))
            & Domain("create_date", "<", _write(begin))
        )
        recent = came & Domain("create_date", ">=", _write(begin))
        was, now = self._count_sourceless(before), self._count_sourceless(recent)
        if now.whole < self.minimum or not has_risen(was, now, self.share):
            return
        yield Alarm(
            key="all",
            subject=self.env._("Website"),
            text=self.env._(
                "%(now)s%% of the leads of the last %(days)s days came without a source (%(part)s "
                "of %(whole)s), in the 4 weeks before it was %(before)s%%. Visit your site by one "
                "of your ads: are utm_source and the click id still in the address after the last "
                "redirect? Then look at the cookies bar, and run the self-test.",
                now=round(now.percent),
                before=round(was.percent),
                part=now.part,
                whole=now.whole,
                days=self.days,
            ),
            model="crm.lead",
            domain=list(
                self._get_company_domain(company)
                & Domain("source_id", "=", False)
                & Domain("create_date", ">=", _write(begin))
            ),
        )

    def _count_sourceless(self, domain):
        leads = self.env["crm.lead"].with_context(active_test=False)
        rows = leads._read_group(domain, ["source_id"], ["__count"])
        return Part(
            sum(count for source, count in rows if not source), sum(count for _one, count in rows)
        )

    def _find_silent_forms(self, company):
        """The form of a page stopped making leads: it was changed, hidden, or does not send."""
        begin = self._get_begin()
        form = self.env["conversion.submission"]._get_form_name("crm.lead")
        domain = self._get_company_domain(company) & Domain(
            [
                ("kind", "=", "conversion"),
                ("form", "=", form),
                ("page", "!=", False),
                ("occurred_at", ">=", _write(begin - timedelta(weeks=WEEKS_BEFORE))),
            ]
        )
        pages = self.env["conversion.touchpoint"]._read_group(
            domain, ["website_id", "page"], ["__count", "occurred_at:max"]
        )
        for website, page, count, latest in pages:
            if count < WEEKS_BEFORE * self.minimum or latest >= begin:
                continue
            yield Alarm(
                key=f"{website.id or 0} {page}",
                subject=page,
                text=self.env._(
                    "The form of %(page)s made %(count)s leads in 4 weeks, and none for %(days)s "
                    "days. Open the page, send the form, and see whether a lead comes; the "
                    "self-test does the same. If you took the form away on purpose, there is "
                    "nothing to do: the alert ends by itself.",
                    page=f"{website.domain or website.name or ''}{page}",
                    count=count,
                    days=self.days,
                ),
                model="conversion.touchpoint",
                domain=list(
                    domain & Domain("page", "=", page) & Domain("website_id", "=", website.id)
                ),
            )

    def _find_idle_spend(self, company):
        """A campaign costs money and brings nobody."""
        today = fields.Date.context_today(self)
        domain = Domain(
            [
                ("company_id", "=", company.id),
                ("date", ">=", fields.Date.to_string(today - timedelta(days=self.days))),
                ("date", "<=", fields.Date.to_string(today - THINKING)),
            ]
        )
        costs = self.env["utm.campaign.cost"]._read_group(
            domain,
            ["campaign_id"],
            ["actual_company_amount:sum"],
            having=[("actual_company_amount:sum", ">=", self.minimum)],
        )
        leads = self.env["crm.lead"].with_context(active_test=False)
        came = self._get_company_domain(company) & Domain(
            [
                ("campaign_id", "in", [campaign.id for campaign, _amount in costs]),
                ("create_date", ">=", _write(self._get_begin() - timedelta(days=1))),
            ]
        )
        bringing = {campaign for (campaign,) in leads._read_group(came, ["campaign_id"])}
        for campaign, amount in costs:
            if campaign in bringing:
                continue
            yield Alarm(
                key=str(campaign.id),
                subject=campaign.display_name,
                text=self.env._(
                    "%(campaign)s cost %(amount)s in the last %(days)s days and brought no lead. "
                    "Open its ads: does the link lead to a page that works, and does it carry "
                    "utm_campaign? Leads of a campaign with another name are not its own.",
                    campaign=campaign.display_name,
                    amount=format_amount(self.env, amount, company.currency_id),
                    days=self.days,
                ),
                model="utm.campaign.cost",
                domain=list(domain & Domain("campaign_id", "=", campaign.id)),
            )


def _write(moment):
    """A moment as domains that are kept have it."""
    return fields.Datetime.to_string(moment)
