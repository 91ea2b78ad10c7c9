from odoo import api, models
from odoo.fields import Domain

from .conversion_board_opens_mixin import REPORT

MOST_ROWS = 10
# What is ranked by a text that Campaign ROI knows of leads.
TEXTS = {"landing_pages": "landing_page", "forms": "form_page", "referrers": "referring_site"}


class ConversionBoardRankingsMixin(models.AbstractModel):
    """What brought the most: sources of the pipeline, landing pages, forms, referring sites."""

    _name = "conversion.board.rankings.mixin"
    _description = "Rankings on the Board"
    _inherit = ["conversion.board.opens.mixin"]

    # ------------------------------------------------------------
    # Pipeline
    # ------------------------------------------------------------

    @api.model
    def _read_pipeline(self, question):
        """Open opportunities of today, by the source that created the lead.

        Marketing, which may not read leads in CRM, gets the sums and opens nothing. Expected
        revenue is converted at today's rate: none of it has happened.
        """
        leads = self.env["crm.lead"]
        domain = self._get_open_deals_domain(question)
        opens = self._opens_leads()
        if not opens:
            leads = leads.sudo()
            domain &= Domain("company_id", "in", [*self.env.companies.ids, False])
        found = leads._read_group(
            domain, ["source_id"], ["__count", "expected_revenue:sum_currency"]
        )
        found.sort(key=lambda one: (-(one[2] or 0), -one[1]))
        rows = [
            self._get_pipeline_row(
                source.id or "none",
                source.display_name or self.env._("No source"),
                domain & Domain("source_id", "=", source.id) if opens else None,
                count,
                amount,
            )
            for source, count, amount in found[:MOST_ROWS]
        ]
        if rest := found[MOST_ROWS:]:
            shown = [source.id for source, _count, _amount in found[:MOST_ROWS]]
            rows.append(
                self._get_pipeline_row(
                    "rest",
                    self.env._("The other %(number)s sources", number=len(rest)),
                    domain & Domain("source_id", "not in", shown) if opens else None,
                    sum(count for _source, count, _amount in rest),
                    sum(amount or 0 for _source, _count, amount in rest),
                )
            )
        return {
            "measures": self._describe_measures(["expected_revenue", "open_deals"]),
            "rows": rows,
            "more": None,
            "note": self.env._("Opportunities that are open today, whenever they came in."),
        }

    @api.model
    def _get_open_deals_domain(self, question):
        """Opportunities that are neither won, lost nor archived, and that the filters leave."""
        return (
            Domain("type", "=", "opportunity")
            & Domain("active", "=", True)
            & Domain("won_status", "=", "pending")
            & self._get_lead_domain(question)
        )

    @api.model
    def _get_pipeline_row(self, key, label, domain, count, amount):
        opened = None if domain is None else self._get_lead_open(label, domain, count)
        return {
            "key": key,
            "label": label,
            "values": {"expected_revenue": amount or 0, "open_deals": count},
            "opens": {"expected_revenue": opened, "open_deals": opened},
        }

    # ------------------------------------------------------------
    # Pages and sites
    # ------------------------------------------------------------

    @api.model
    def _read_landing_pages(self, question):
        return self._get_ranking(
            question,
            "landing_page",
            self.env._("All landing pages"),
            self.env._("Pages on which the visitors arrived who became leads in this period."),
        )

    @api.model
    def _read_forms(self, question):
        return self._get_ranking(
            question,
            "form_page",
            self.env._("All forms"),
            self.env._("Pages of the forms by which the leads of this period came in."),
        )

    @api.model
    def _read_referrers(self, question):
        return self._get_ranking(
            question,
            "referring_site",
            self.env._("All referring sites"),
            self.env._("Other sites whose links brought the leads of this period."),
        )

    @api.model
    def _get_ranking(self, question, name, all_of_them, note):
        """Leads of the period by a text that Campaign ROI knows of them, and what became of them:
        so that no rate exceeds 100 %."""
        domain = self._get_fact_domain(question, "lead") & Domain(name, "!=", False)
        found = [row for row in self._read_texts(question, name) if row[0]]
        found.sort(key=lambda row: (-row[1], row[0]))
        more = None
        if len(found) > MOST_ROWS:
            leads = sum(leads for _value, leads, _won in found)
            more = self._get_open(all_of_them, domain, leads, reading="cohort", group_by=name)
        return {
            "measures": self._describe_measures(["leads", "won", "won_rate"]),
            "rows": [
                self._get_ranking_row(value, domain & Domain(name, "=", value), leads, won)
                for value, leads, won in found[:MOST_ROWS]
            ],
            "more": more,
            "note": note,
        }

    @api.model
    def _read_texts(self, question, wanted):
        """Leads and won deals by a text that is ranked: of all rankings that are asked for with
        one query.

        :return: rows of the text, leads and won deals
        """
        if wanted not in question.shared.get("texts", {}):
            keys = question.keys
            names = [name for key, name in TEXTS.items() if key in keys or name == wanted]
            report = self.env[REPORT].with_context(reading="cohort")
            found = report._read_grouping_sets(
                self._get_fact_domain(question, "lead"),
                [[name] for name in names],
                ["lead_count:sum", "won_count:sum"],
            )
            question.shared["texts"] = {
                name: [(text, int(leads or 0), int(won or 0)) for text, leads, won in rows]
                for name, rows in zip(names, found, strict=True)
            }
        return question.shared["texts"][wanted]

    @api.model
    def _get_ranking_row(self, value, domain, leads, won):
        won_domain = domain & Domain("won_count", "=", 1)
        return {
            "key": value,
            "label": value,
            "values": {"leads": leads, "won": won, "won_rate": self._get_percent(won, leads)},
            "opens": {
                "leads": self._get_open(value, domain, leads, reading="cohort"),
                "won": self._get_open(value, won_domain, won, reading="cohort"),
            },
        }
