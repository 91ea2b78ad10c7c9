from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import escape_psql, get_lang

from ..attribution import cost_rows

# Labels that a header of the spreadsheet may have, beside the English names of the columns.
LABELS = {
    "date": "date",
    "name": "activity",
    "planned_amount": "planned",
    "actual_amount": "actual",
    "currency_id": "currency",
    "campaign_id": "campaign",
}


class UtmCampaignCostPaste(models.TransientModel):
    """Costs copied out of a spreadsheet, shown with their problems before any is added.

    Rows that cannot be added stay in the text.
    """

    _name = "utm.campaign.cost.paste"
    _description = "Paste Campaign Costs"

    campaign_id = fields.Many2one(
        "utm.campaign", ondelete="cascade", help="Of all rows that name no other."
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, readonly=True
    )
    text = fields.Text(
        "Rows", help="Date, activity, planned, actual, currency, campaign: one row a line."
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    good_count = fields.Integer(compute="_compute_preview")

    @api.depends("text", "campaign_id")
    @api.depends_context("lang")
    def _compute_preview(self):
        for paste in self:
            rows, problem = paste._read_or_problem()
            paste.good_count = sum(bool(row["vals"]) for row in rows)
            paste.preview = (rows or problem) and self.env["ir.qweb"]._render(
                "conversion_tracking.utm_campaign_cost_paste_preview",
                {"rows": rows, "problem": problem, "good_count": paste.good_count},
            )

    def action_add(self):
        """Add the good rows; those that have a problem stay, in the window that stays open."""
        self.ensure_one()
        rows, problem = self._read_or_problem()
        if problem:
            raise UserError(problem)
        good = [row["vals"] for row in rows if row["vals"]]
        if not good:
            raise UserError(
                self.env._("There is no row to add. Paste some, or mend what is said beside them.")
            )
        left = [row["row"].text for row in rows if not row["vals"]]
        has_bad_row = any(row["problem"] for row in rows if not row["row"].is_header)
        # the bad rows still need their header
        self.text = "\n".join(left) if has_bad_row else False
        self.env["utm.campaign.cost"].create(good)
        if not self.text:
            return {"type": "ir.actions.act_window_close"}
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.utm_campaign_cost_paste_action"
        )
        return {**action, "res_id": self.id}

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    def _read_or_problem(self):
        """What the text says: ``(rows, None)``, or ``([], why nothing is read)``."""
        try:
            return self._read(), None
        except cost_rows.TooLong:
            return [], self.env._(
                "That is too much at once. Paste at most %(rows)s rows, or import the spreadsheet "
                "as a file.",
                rows=cost_rows.MAX_ROWS,
            )

    def _read(self):
        """One dictionary a row: ``row``, ``problem`` and ``vals``, which only good rows have.

        :raise TooLong: see :func:`cost_rows.read_rows`
        """
        lang = get_lang(self.env)
        notation = cost_rows.Notation(lang.date_format, lang.decimal_point)
        rows = list(cost_rows.read_rows(self.text or "", notation, self._get_labels()))
        currencies = self._find_currencies({mark for row in rows for mark in row.currencies})
        campaigns = self._find_campaigns({row.campaign for row in rows if row.campaign})
        read = []
        for row in rows:
            problems = [self._explain(problem) for problem in row.problems]
            vals = {}
            if not row.is_header:
                vals = self._prepare_cost(row, currencies, campaigns, problems)
            read.append(
                {"row": row, "problem": " ".join(problems), "vals": vals if not problems else {}}
            )
        return read

    def _get_labels(self):
        """Pairs of a label in the user's language and the column it is of."""
        names = self.env["utm.campaign.cost"].fields_get(list(LABELS), ["string"])
        return [(names[name]["string"], column) for name, column in LABELS.items()]

    def _prepare_cost(self, row, currencies, campaigns, problems):
        """Values of a cost line; what cannot be is added to ``problems``."""
        found = {mark: currencies.get(mark.casefold()) for mark in row.currencies}
        unknown = [mark for mark, currency in found.items() if not currency]
        if unknown:
            problems.append(
                self.env._(
                    "Currency '%(name)s' is not known or not in use: activate it in Accounting "
                    "(Currencies).",
                    name=unknown[0],
                )
            )
        elif len(set(found.values())) > 1:
            problems.append(self.env._("Two currencies in one row: divide it into two rows."))
        owners = campaigns[row.campaign.casefold()] if row.campaign else self.campaign_id
        if not owners:
            problems.append(
                self.env._("There is no campaign '%(name)s': create it first.", name=row.campaign)
                if row.campaign
                else self.env._("Name the campaign in the last column, or choose one above.")
            )
        elif len(owners) > 1:
            problems.append(
                self.env._("Several campaigns are called '%(name)s'.", name=row.campaign)
            )
        currency = next(iter(found.values()), None) or self.company_id.currency_id
        return {
            "campaign_id": owners[:1].id,
            "date": row.day,
            "name": row.activity,
            "planned_amount": float(row.planned or 0),
            "actual_amount": float(row.actual or 0),
            "currency_id": currency.id,
            "company_id": self.company_id.id,
        }

    def _find_currencies(self, marks):
        """Currencies in use, by their code and by their symbol, in small letters.

        The symbol of several is the company's own currency, or nobody's: what $ is depends.
        """
        if not marks:
            return {}
        currencies = self.env["res.currency"].search([])
        own = self.company_id.currency_id
        by_symbol = currencies.grouped(lambda currency: currency.symbol.casefold())
        found = {
            symbol: own if own in alike else alike
            for symbol, alike in by_symbol.items()
            if own in alike or len(alike) == 1
        }
        return found | {currency.name.casefold(): currency for currency in currencies}

    def _find_campaigns(self, names):
        """Campaigns by title or name in small letters, archived ones too.

        A name that nothing is called may have lost signs in the spreadsheet.
        """
        found = defaultdict(self.env["utm.campaign"].browse)
        domain = Domain.OR(
            Domain(field, "=ilike", escape_psql(name))
            for name in names
            for field in ("title", "name")
        )
        for campaign in self.env["utm.campaign"].with_context(active_test=False).search(domain):
            for name in {(campaign.title or "").casefold(), campaign.name.casefold()}:
                found[name] |= campaign
        unknown = [name for name in names if name.casefold() not in found]
        for name, campaign in self.env["utm.campaign"]._find_by_names(unknown).items():
            found[name.casefold()] |= campaign
        return found

    def _explain(self, problem):
        """What to do about a problem that reading has found."""
        lang = get_lang(self.env)
        today = fields.Date.context_today(self)
        day = today.strftime(lang.date_format)
        number = f"1234{lang.decimal_point}50"
        texts = {
            "date": self.env._("Write the date as %(day)s or %(iso)s.", day=day, iso=today),
            "activity": self.env._("Say what the money is for."),
            "planned": self.env._("Write the planned amount as %(number)s.", number=number),
            "actual": self.env._("Write the actual amount as %(number)s.", number=number),
            "amount": self.env._("Enter a planned or an actual amount."),
            "negative": self.env._(
                "An amount cannot be negative: enter a correction of the line that was too high."
            ),
            "ambiguous": self.env._(
                "Thousands or decimals? Write the amount as %(number)s.", number=number
            ),
            "columns": self.env._(
                "There are columns that are not known: only date, activity, planned, actual, "
                "currency and campaign are read."
            ),
            "long": self.env._(
                "A cell has more than %(length)s characters.", length=cost_rows.MAX_CELL
            ),
        }
        return texts[problem]
