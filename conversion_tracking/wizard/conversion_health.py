from typing import NamedTuple
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..kpi.period import Period, get_preset

PERIOD = "last_30_days"


class Figure(NamedTuple):
    """A number of the page: records of a model on a day of their own.

    What counts them opens them, so both are always the same.
    """

    name: str
    model: str
    moment: str
    domain: Domain = Domain.TRUE


class ConversionHealth(models.TransientModel):
    """How capture and delivery fare: the last 30 days by day, and how old the newest records are.

    Numbers are those of the moment at which the page was opened, of the companies that are
    selected; days are the reader's own.
    """

    _name = "conversion.health"
    _inherit = "conversion.health.figures.mixin"
    _description = "Health"

    day_ids = fields.One2many("conversion.health.day", "health_id", readonly=True)
    alert_ids = fields.Many2many(
        "conversion.alert", "conversion_health_alert_rel", string="Open alerts", readonly=True
    )
    visit_at = fields.Datetime("Newest visit", readonly=True)
    form_at = fields.Datetime("Newest form", readonly=True)
    cost_on = fields.Date("Newest cost", readonly=True)

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Health")

    @api.model
    def action_open(self):
        """Open the page, with the numbers of now."""
        health = self.create({})
        health.action_refresh()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Health"),
            "res_model": self._name,
            "res_id": health.id,
            "view_mode": "form",
        }

    def action_refresh(self):
        """Count again."""
        self.ensure_one()
        days = self._count_days()
        totals = {name: sum(day[name] for day in days.values()) for name in self._get_figures()}
        self.write(
            {
                **totals,
                **self._get_newest(),
                "alert_ids": self.env["conversion.alert"].search([("ended_at", "=", False)]),
                "day_ids": [
                    fields.Command.clear(),
                    *(fields.Command.create({"day": day, **row}) for day, row in days.items()),
                ],
            }
        )

    def action_open_chart(self):
        """Open the days as a chart."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Health by Day"),
            "res_model": "conversion.health.day",
            "view_mode": "graph,list",
            "domain": [("health_id", "=", self.id)],
        }

    # ------------------------------------------------------------
    # What is counted
    # ------------------------------------------------------------

    @api.model
    def _get_figures(self):
        """``{name of a field: Figure}``. Override for more."""
        leads = {
            "leads": Domain.TRUE,
            "sourced_leads": Domain("source_id", "!=", False),
            "clicked_leads": Domain("google_touch_id", "!=", False)
            | Domain("lead_creation_touch_id.click_platform", "!=", False),
            "consenting_leads": Domain("consent", "=", "granted"),
        }
        return {
            name: Figure(
                self._fields[name]._description_string(self.env), "crm.lead", "create_date", domain
            )
            for name, domain in leads.items()
        }

    @api.model
    def _count_days(self):
        """The numbers of each day, the latest first: ``{day: {name of a field: value}}``."""
        period = self._get_period()
        counts = {
            name: {
                moment.date(): count
                for moment, count in self._get_counted(figure.model)._read_group(
                    self._get_domain(figure, period.first, period.last),
                    [f"{figure.moment}:day"],
                    ["__count"],
                )
            }
            for name, figure in self._get_figures().items()
        }
        return {
            part.first: {name: by_day.get(part.first, 0) for name, by_day in counts.items()}
            for part in reversed(period.divide("day"))
        }

    @api.model
    def _get_period(self):
        return get_preset(PERIOD, fields.Date.context_today(self))

    @api.model
    def _get_counted(self, model):
        """The records of a model as they are counted: marketing counts leads of its companies
        that it may not open, whoever may open some counts those."""
        records = self.env[model].with_context(active_test=False)
        return records if records.has_access("read") else records.sudo()

    @api.model
    def _get_domain(self, figure, first, last):
        """The records of a figure from one day to another, of the reader's companies."""
        moments = Period(first, last).get_moments(ZoneInfo(str(self.env.tz)))
        begin, end = map(fields.Datetime.to_string, moments)
        return (
            figure.domain
            & self._get_company_domain()
            & Domain(figure.moment, ">=", begin)
            & Domain(figure.moment, "<", end)
        )

    @api.model
    def _get_company_domain(self):
        return Domain("company_id", "in", [*self.env.companies.ids, False])

    # ------------------------------------------------------------
    # What is newest
    # ------------------------------------------------------------

    @api.model
    def _get_newest_figures(self):
        """``{name of a field: Figure}`` of what should be new. Override for more."""
        touchpoint = ("conversion.touchpoint", "occurred_at")
        today = fields.Date.to_string(fields.Date.context_today(self))
        return {
            "visit_at": Figure(self.env._("Visits"), *touchpoint, Domain("kind", "=", "visit")),
            "form_at": Figure(
                self.env._("Submitted Forms"), *touchpoint, Domain("kind", "=", "conversion")
            ),
            "cost_on": Figure(
                self.env._("Costs"),
                "utm.campaign.cost",
                "date",
                Domain("actual_amount", "!=", 0) & Domain("date", "<=", today),
            ),
        }

    @api.model
    def _get_newest(self):
        """The time of the newest record of each kind, False where there is none."""
        return {
            name: self.env[figure.model].search(
                figure.domain & self._get_company_domain(),
                order=f"{figure.moment} desc",
                limit=1,
            )[figure.moment]
            for name, figure in self._get_newest_figures().items()
        }

    # ------------------------------------------------------------
    # What is opened
    # ------------------------------------------------------------

    def action_open_figure(self):
        """Open the records of the figure that the context names, of all days."""
        period = self._get_period()
        days = self.day_ids.mapped("day")
        return self._open_figure(min(days, default=period.first), max(days, default=period.last))

    def action_open_newest(self):
        """Open the records whose newest is shown, it first."""
        figures = self._get_newest_figures()
        figure = self._choose(figures)
        return self._open_records(figure, figure.domain & self._get_company_domain())

    def _open_figure(self, first, last):
        figure = self._choose(self._get_figures())
        return self._open_records(figure, self._get_domain(figure, first, last))

    def _choose(self, figures):
        """The figure that a button asks for, by the context; anybody can send one."""
        asked = str(self.env.context.get("figure"))
        return figures.get(asked) or next(iter(figures.values()))

    def _open_records(self, figure, domain):
        if not self.env[figure.model].has_access("read"):
            raise UserError(
                self.env._(
                    "Only those who see leads in CRM can open them. Reporting > Sources and Media "
                    "has their numbers."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": figure.name,
            "res_model": figure.model,
            "view_mode": "list,form",
            "domain": list(domain),
            "context": {"active_test": False, "create": False},
        }
