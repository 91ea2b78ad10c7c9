import base64
import csv
import io

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..attribution.addresses import host_of, split
from ..attribution.spreadsheets import CSV_FORMULAS, as_text
from ..attribution.touch import UTM_VALUES
from .conversion_link_reading_mixin import RECORDS

MAX_SUGGESTIONS = 100


class ConversionLinkBuilder(models.TransientModel):
    """Makes tagged links of a page, one or many, and shows what they say while somebody types.

    Tags are written by the naming rules. Links are made all together or not at all; those that
    the company has already are found, not doubled.
    """

    _name = "conversion.link.builder"
    _description = "UTM Builder"
    _inherit = ["conversion.link.reading.mixin"]

    # Not stored, so that nobody builds links for a company that they are not in.
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    page = fields.Char(
        "Landing page",
        help="A page of your site, such as /contactus, or any address. Choose one of the list or "
        "paste it; tags that it has move to the fields below.",
    )
    campaign = fields.Char(help="utm_campaign: what you advertise, e.g. spring_sale.")
    source = fields.Char(help="utm_source: the site or letter with the link, e.g. facebook.")
    medium = fields.Char(help="utm_medium: the kind of marketing, e.g. cpc, email, social.")
    term = fields.Char(help="utm_term: the keyword, where there is one.")
    content = fields.Char(help="utm_content: which of several ads or links on the same page.")
    title = fields.Char("Note", help="What helps you find the link again, e.g. where it is used.")
    is_many = fields.Boolean("Several links at once")
    rows = fields.Text(
        help="Source, medium, term, content: one link a line, as copied from a spreadsheet."
    )
    suggestions = fields.Json(compute="_compute_suggestions")
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    link_ids = fields.Many2many("link.tracker", string="Links", readonly=True)
    all_links = fields.Text(compute="_compute_all_links")
    file = fields.Binary(compute="_compute_all_links")

    @api.depends_context("company")
    def _compute_company_id(self):
        self.company_id = self.env.company

    # ------------------------------------------------------------
    # What can be chosen
    # ------------------------------------------------------------

    @api.depends("company_id")
    def _compute_suggestions(self):
        """Texts to choose from, by field: pages of the sites, values that rules allow or that
        are in use, the newest first."""
        for builder in self:
            rules = self.env["utm.naming.rule"]._get_rules(builder.company_id)
            suggestions = {"page": builder._suggest_pages()}
            for name, rule in rules.items():
                suggestions[name] = list(rule.allowed) or builder._suggest_names(name)
            builder.suggestions = suggestions

    def _suggest_pages(self):
        pages = self.env["website.page"].sudo()
        domain = Domain("is_published", "=", True) & (
            Domain("website_id", "=", False)
            | Domain("website_id.company_id", "=", self.company_id.id)
        )
        return sorted(set(pages.search(domain, limit=MAX_SUGGESTIONS).mapped("url")))

    def _suggest_names(self, name):
        if name in RECORDS:
            records = self.env[RECORDS[name]].search([], order="id desc", limit=MAX_SUGGESTIONS)
            return records.mapped("name")
        domain = [("company_id", "=", self.company_id.id), (name, "!=", False)]
        groups = self.env["link.tracker"]._read_group(domain, [name], limit=MAX_SUGGESTIONS)
        return [value for (value,) in groups]

    @api.onchange("page")
    def _onchange_page(self):
        """Tags of an address that somebody copied move to their fields."""
        page = self._read_page()
        for name, value in page.tags:
            self[name] = value
        if page.tags or "click" in page.notes:
            self.page = page.url

    # ------------------------------------------------------------
    # The preview
    # ------------------------------------------------------------

    @api.depends("page", "is_many", "rows", "company_id", *UTM_VALUES)
    @api.depends_context("lang")
    def _compute_preview(self):
        for builder in self:
            is_empty = not builder.page and not (builder.is_many and builder.rows)
            if is_empty and not any(builder[name] for name in UTM_VALUES):
                builder.preview = False
                continue
            page_problem, notes, rows = builder._read()
            builder.preview = self.env["ir.qweb"]._render(
                "conversion_tracking.conversion_link_builder_preview",
                {
                    "is_many": builder.is_many,
                    "page_problem": page_problem,
                    "notes": notes,
                    "rows": rows,
                },
            )

    # ------------------------------------------------------------
    # Making
    # ------------------------------------------------------------

    def action_make(self):
        """Make the links and open them: one in its form, several beside what was typed."""
        self.ensure_one()
        page_problem, _notes, rows = self._read()
        if page_problem:
            raise UserError(page_problem)
        problems = [(row["number"], one) for row in rows for one in row["problems"]]
        if problems:
            number, problem = problems[0]
            raise UserError(
                self.env._("Row %(number)s: %(problem)s", number=number, problem=problem)
                if self.is_many
                else problem
            )
        if not rows:
            raise UserError(self.env._("Paste the rows first: one link a line."))
        made = self._make(rows)
        if not self.is_many:
            return made._open_built()
        self.link_ids = made
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.conversion_link_builder_action"
        )
        return {**action, "res_id": self.id}

    def _make(self, rows):
        """Links for the rows, those there were already among them, in their order."""
        new = [row for row in rows if not row["link"]]
        records = {
            name: self._find_records(name, [row["tags"][name] for row in new]) for name in RECORDS
        }
        url = self._read_page().url
        vals_list = [
            {
                "url": url,
                "tagged_url": row["url"],
                "title": self.title or self._get_title(url),
                "term": row["tags"]["term"].value or False,
                "content": row["tags"]["content"].value or False,
                **{
                    f"{name}_id": records[name].get(row["tags"][name].value, False)
                    for name in RECORDS
                },
            }
            for row in new
        ]
        tracker = self.env["link.tracker"]
        made = tracker._build(vals_list, self.company_id) if new else tracker
        by_url = {link.tagged_url: link for link in made}
        return tracker.browse((row["link"] or by_url[row["url"]]).id for row in rows)

    @api.model
    def _find_records(self, name, tags):
        """Ids of the UTM records that tags mean, by their value; those that are missing are made.

        A campaign "Summer sale" there is keeps its name: links that say ``summer_sale`` mean it.
        """
        model = self.env[RECORDS[name]].sudo()
        typed = {tag.value: tag.typed for tag in tags if tag.value}
        found = model._find_by_names([*typed, *typed.values()])
        renamed = {
            value: found[text]
            for value, text in typed.items()
            if value not in found and text in found
        }
        self.env["utm.alias"]._add(renamed)
        found |= renamed
        values = {"is_auto_campaign": False} if name == "campaign" else {}
        found |= model._find_or_make([value for value in typed if value not in found], **values)
        return {value: found[value].id for value in typed}

    def _get_title(self, url):
        parts = split(url)
        is_own = host_of(url) == host_of(self.company_id.get_base_url())
        return parts.path if is_own else f"{parts.netloc}{parts.path}"

    # ------------------------------------------------------------
    # Taking them along
    # ------------------------------------------------------------

    @api.depends("link_ids")
    def _compute_all_links(self):
        """All links for a spreadsheet: to be pasted, and as a CSV file."""
        for builder in self:
            head = [self.env._("Tagged link"), self.env._("Short link"), *UTM_VALUES]
            rows = [builder._get_cells(link) for link in builder.link_ids]
            pasted = ("\t".join(row) for row in (head, *as_text(rows, CSV_FORMULAS)))
            builder.all_links = "\n".join(pasted) if rows else False
            text = io.StringIO()
            csv.writer(text).writerows([head, *as_text(rows, CSV_FORMULAS)])
            # the mark tells spreadsheets that it is UTF-8
            builder.file = rows and base64.b64encode(("\ufeff" + text.getvalue()).encode())

    @api.model
    def _get_cells(self, link):
        values = (link.source_id.name, link.medium_id.name, link.campaign_id.name)
        texts = (link.tagged_url, link.short_url, *values, link.term, link.content)
        return [text or "" for text in texts]

    def action_download(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/links.csv?download=true",
            "target": "download",
        }

    def action_open_links(self):
        return {**self.link_ids._get_built_action(), "domain": [("id", "in", self.link_ids.ids)]}
