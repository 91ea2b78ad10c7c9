import base64
from urllib.parse import unquote

from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, fields, models

from ..attribution.addresses import clean_landing_page, host_of, split
from ..attribution.query import pairs_of
from ..groups import SYSTEM
from .link_results_mixin import DIMENSIONS

QR_SIZE = 600  # pixels; printed at 300 dpi, five centimetres


class LinkTracker(models.Model):
    """Tagged links that the UTM builder made: those of a company.

    What such a link says was published and never changes: ``tagged_url`` is kept as it was built,
    whatever becomes of naming rules and UTM records. Core's short link leads there.
    """

    _name = "link.tracker"
    _inherit = ["link.tracker", "link.results.mixin", "conversion.guard.mixin"]

    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Whose link it is. Empty: it was not made with the UTM builder.",
    )
    term = fields.Char(readonly=True, help="utm_term: the keyword, as a rule.")
    content = fields.Char(readonly=True, help="utm_content: which of several ads or links.")
    tagged_url = fields.Char(
        "Tagged link", readonly=True, copy=False, help="The landing page with its tags."
    )
    landing_page = fields.Char(
        readonly=True, copy=False, help="The page as touchpoints and leads name it."
    )
    page_id = fields.Many2one(
        "website.page", readonly=True, copy=False, ondelete="set null", groups=SYSTEM
    )
    is_page = fields.Boolean(readonly=True, copy=False, groups=SYSTEM)
    page_note = fields.Char(
        "About the page", compute="_compute_page_note", help="What is wrong with the landing page."
    )
    qr_png = fields.Binary("QR code", compute="_compute_qr", help="QR code of the short link.")
    qr_svg = fields.Binary("QR code to print", compute="_compute_qr")

    # Addresses are too long for other indexes.
    _tagged_url_idx = models.Index("USING hash (tagged_url) WHERE tagged_url IS NOT NULL")

    @api.depends("url", "tagged_url")
    def _compute_redirected_url(self):
        """To the link as it was built, unless the company tells other sites nothing."""
        result = super()._compute_redirected_url()
        tells_nobody = (
            self.env["ir.config_parameter"].sudo().get_param("link_tracker.no_external_tracking")
        )
        for link in self.filtered("tagged_url"):
            if not (tells_nobody and link._is_foreign()):
                link.redirected_url = link.tagged_url
        return result

    def _is_foreign(self):
        """Whether the page is of a site that is none of the company's, where nothing is seen."""
        self.ensure_one()
        host = host_of(self.url or "")
        return host != host_of(self.get_base_url()) and (
            host not in self.env["website"]._get_own_hosts()
        )

    @api.depends("url")
    @api.depends_context("lang")
    def _compute_page_note(self):
        for link in self:
            link.page_note = link.company_id and link._get_page_note()

    def _get_page_note(self):
        """What whoever uses the link should know of its page; empty when all is well."""
        if self._is_foreign():
            return self.env._(
                "This page is on another site: clicks of the short link are counted, but only "
                "visits on your own websites are seen."
            )
        link = self.sudo()
        if not link.is_page:
            return ""
        page = link.page_id
        if not page:
            return self.env._(
                "The page was deleted: whoever follows this link sees an error. Make the page "
                "again, or a redirect under Website > Configuration > Redirects."
            )
        if page.url != unquote(split(self.url).path):
            return self.env._(
                "The page moved to %(url)s: make sure that a redirect leads there.", url=page.url
            )
        if not page.is_published:
            return self.env._("The page is not published: visitors see an error.")
        return ""

    @api.depends("url")
    def _compute_qr(self):
        for link in self:
            drawing = link.code and createBarcodeDrawing(
                "QR", value=link.short_url, width=QR_SIZE, height=QR_SIZE, barLevel="M"
            )
            link.qr_png = drawing and base64.b64encode(drawing.asString("png"))
            link.qr_svg = drawing and base64.b64encode(drawing.asString("svg").encode())

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def _get_built_action(self):
        """The action of the builder's links."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.link_tracker_built_action"
        )

    def _open_built(self):
        """Action of one link, with its QR code and what it brought: core has a form of its own."""
        self.ensure_one()
        form = self.env.ref("conversion_tracking.link_tracker_built_view_form")
        return {**self._get_built_action(), "views": [(form.id, "form")], "res_id": self.id}

    def action_download_png(self):
        return self._download("qr_png", "png")

    def action_download_svg(self):
        return self._download("qr_svg", "svg")

    def _download(self, field, extension):
        self.ensure_one()
        name = f"qr_{self.code}.{extension}"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/link.tracker/{self.id}/{field}/{name}?download=true",
            "target": "download",
        }

    # ------------------------------------------------------------
    # Building
    # ------------------------------------------------------------

    @api.model
    def _find_built(self, urls, company):
        """Links of a company that there are already, by what they say."""
        domain = [("tagged_url", "in", list(urls)), ("company_id", "=", company.id)]
        return {link.tagged_url: link for link in self.search(domain, order="id desc")}

    @api.model
    def _build(self, vals_list, company):
        """Make links of the builder.

        :param vals_list: values with ``url``, ``tagged_url``, ``title``, UTM records, ``term``
            and ``content``
        """
        pages = self._find_pages([vals["url"] for vals in vals_list], company)
        links = self.sudo().create(
            [
                {
                    **vals,
                    "company_id": company.id,
                    "landing_page": self._get_landing_page(vals["url"]),
                    "page_id": pages[vals["url"]].id,
                    "is_page": bool(pages[vals["url"]]),
                    # Core tells links apart by a few of their values. The label, which it shows of
                    # links in mailings, stands for those that it does not know.
                    "label": f"{company.name}: {vals['tagged_url']}",
                }
                for vals in vals_list
            ]
        )
        return links.with_env(self.env)

    @api.model
    def _merge_doubles(self, tag):
        """Make one of built links that differed by nothing but tags which are ``tag`` now.

        Every short link goes on working, and its clicks are kept.
        """
        pointer = next(name for name in DIMENSIONS if self._fields[name].comodel_name == tag._name)
        built = self.sudo().search([(pointer, "=", tag.id), ("company_id", "!=", False)])
        alike = {}
        for link in built.sorted("id"):
            key = (link.company_id.id, link.url, *(link._get_dimension(one) for one in DIMENSIONS))
            alike.setdefault(key, self.browse().sudo())
            alike[key] |= link
        for links in alike.values():
            kept, doubles = links[0], links[1:]
            if doubles:
                # the newest code is the one that is shown
                doubles.link_code_ids.link_id = kept
                doubles.link_click_ids.link_id = kept
                doubles.unlink()

    @api.model
    def _get_landing_page(self, url):
        """A page's address as a visit there is recorded: path and harmless parameters, without
        language."""
        parts = split(url)
        path = parts.path or "/"
        codes = {lang.url_code for lang in self.env["res.lang"].sudo().search([])}
        first, _slash, rest = path.removeprefix("/").partition("/")
        if first in codes:
            path = f"/{rest}"
        harmless = self.env["ir.http"]._get_harmless_parameters()
        return clean_landing_page(path, pairs_of(parts.query), harmless)

    @api.model
    def _find_pages(self, urls, company):
        """The page of a website at each address, none where there is another site or program."""
        pages = self.env["website.page"].sudo()
        paths = {url: unquote(split(url).path) for url in urls}
        found = pages.search([("url", "in", list(set(paths.values())))])
        # of the same page on several websites, that of the company's own
        found = found.sorted(lambda one: one.website_id.company_id != company).grouped("url")
        own = self.env["website"]._get_own_hosts()
        here = host_of(company.get_base_url())
        none = pages.browse()
        return {
            url: found.get(path, none)[:1] if host_of(url) in own or host_of(url) == here else none
            for url, path in paths.items()
        }
