from odoo import api, models
from odoo.fields import Domain

REPORT = "campaign.roi.report"


class ConversionBoardOpensMixin(models.AbstractModel):
    """What the numbers of a chart open: exactly the records that they count.

    Leads are opened as leads, where the reader sees in CRM all that the reports tell of; else as
    rows of Campaign ROI, one for each fact, which tell marketing nothing of whose lead it is.
    """

    _name = "conversion.board.opens.mixin"
    _description = "What Numbers of the Board Open"

    @api.model
    def _get_open(self, name, domain, count, model=REPORT, **context):
        """What a number opens; ``None`` for nothing."""
        if not count:
            return None
        return {
            "name": name,
            "model": model,
            "domain": list(domain),
            "context": context,
            "count": count,
        }

    @api.model
    def _get_lead_open(self, name, domain, count):
        """The same for leads, lost and archived ones included."""
        return self._get_open(name, domain, count, "crm.lead", active_test=False)

    @api.model
    def _opens_leads(self):
        """Whether the reader sees the same leads in CRM as in reports.

        Marketing sees the reports on all leads; who is also a salesperson, with the own leads
        only, would open fewer than were counted.
        """
        user = self.env.user
        if user.has_group("sales_team.group_sale_salesman_all_leads"):
            return True
        return user.has_group("sales_team.group_sale_salesman") and not user.has_group(
            "conversion_tracking.group_user"
        )

    # ------------------------------------------------------------
    # Conditions
    # ------------------------------------------------------------

    @api.model
    def _get_arrived_domain(self, question, period=None):
        """Leads that came in on days of a period, by default all of the question's."""
        arrived = self._get_days_domain("create_date", period or question.period)
        return arrived & self._get_lead_domain(question)

    @api.model
    def _get_won_domain(self, question):
        """Deals won on days of the period."""
        won = Domain("won_status", "=", "won") & self._get_days_domain("won_date", question.period)
        return won & self._get_lead_domain(question)

    @api.model
    def _get_days_domain(self, name, period):
        """A time of a lead is on days of a period, as the reader counts days."""
        first, end = (moment.isoformat(" ") for moment in self._get_moments(period))
        return Domain(name, ">=", first) & Domain(name, "<", end)

    @api.model
    def _get_fact_domain(self, question, *facts):
        """Facts of Campaign ROI in the period, those named if any are."""
        domain = self._get_report_domain(question)
        return domain & Domain("fact", "in", list(facts)) if facts else domain

    # ------------------------------------------------------------
    # Words and numbers
    # ------------------------------------------------------------

    @api.model
    def _get_labels(self, name):
        """Labels of a selection field of Campaign ROI."""
        return dict(self.env[REPORT]._fields[name]._description_selection(self.env))

    @api.model
    def _describe_measures(self, names):
        """Measures as payloads name them."""
        known = {
            "leads": (self.env._("Leads"), "count"),
            "won": (self.env._("Won deals"), "count"),
            "won_rate": (self.env._("Won"), "percent"),
            "revenue": (self.env._("Revenue"), "money"),
            "cost": (self.env._("Cost"), "money"),
            "profit": (self.env._("Profit"), "money"),
            "roi": (self.env._("ROI"), "percent"),
            "open_deals": (self.env._("Open opportunities"), "count"),
            "expected_revenue": (self.env._("Expected revenue"), "money"),
        }
        return [{"key": name, "label": known[name][0], "unit": known[name][1]} for name in names]

    @api.model
    def _get_percent(self, part, whole):
        """``None`` of nothing."""
        return 100 * part / whole if whole else None
