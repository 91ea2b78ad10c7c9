"""Links, referring pages and browsers of the real web, and the table of what is stored."""

import re
from pathlib import Path

from odoo.tests import tagged

from ..attribution.touch import CLICK_IDS
from .common import JourneyCase

TABLE = Path(__file__).parent.parent / "readme" / "visits.md"
CAMPAIGNS = ("🔥 Winter sale", '"Brand" NL', "-15% sale", "Sofas <500 EUR", "promo [0]", "web-nl")
OWN_SITES = ("https://www.shop.example", "https://bücher.example")

PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 Chrome/129 Mobile"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
BROWSERS = {
    "": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/129.0.0.0 Safari/537.36",
    "Instagram app": f"{IPHONE} Instagram 355.0.0.23.109 (iPhone15,2; iOS 18_1; nl_NL; scale=3.00)",
    "Facebook app": f"{IPHONE} [FBAN/FBIOS;FBAV/485.0.0.38.108;FBDV/iPhone15,2;FBLC/nl_NL]",
    "Pinterest app": f"{PHONE} Safari/537.36 [Pinterest/Android]",
    "TikTok app": f"{PHONE} Safari/537.36 musical_ly_2023605030 BytedanceWebview/d8a21c6",
    "LinkedIn app": f"{IPHONE} [LinkedInApp]/9.30.1413",
    "Snapchat app": f"{IPHONE} Snapchat/13.14.0.37 (like Safari/8619.2.8.10.7, panda)",
    "Line app": f"{IPHONE} Safari Line/14.17.0",
    "WeChat app": f"{PHONE} Safari/537.36 MicroMessenger/8.0.50 WeChat/arm64",
    "Google app": f"{IPHONE} GSA/341.0.690 Safari/604.1",
    "Cubot phone": "Mozilla/5.0 (Linux; Android 11; CUBOT X50) AppleWebKit/537.36 Chrome/128",
    "Googlebot": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "AdsBot": "AdsBot-Google (+http://www.google.com/adsbot.html)",
    "Facebook's preview": "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "LinkedIn's preview": "LinkedInBot/1.0 (compatible; Mozilla/5.0; +http://www.linkedin.com)",
    "GPTBot": "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "curl": "curl/8.5.0",
    "none": "",
}
ALSO_STORED = ("term", "content", "referrer")
CODE = (0, 1, 8)  # columns that are shown as they are


@tagged("post_install", "-at_install")
class TestVisits(JourneyCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["utm.campaign"].create([{"name": name} for name in CAMPAIGNS])
        cls.env["utm.campaign"].create({"name": "Search NL", "google_campaign_id": "17384"})
        cls.env["website"].create([{"name": one, "domain": one} for one in OWN_SITES])

    def test_every_row(self):
        text = TABLE.read_text(encoding="utf-8")
        lines = [self._with_outcome(line) for line in text.splitlines()]
        found = "\n".join(lines) + "\n"
        try:
            self.assertEqual(found, text)
        finally:
            TABLE.write_text(found, encoding="utf-8")

    def _with_outcome(self, line):
        """The row of a visit, ``line``, with what is stored of it; other lines as they are."""
        if not line.startswith("| `"):
            return line
        link, referrer, browser, *_outcome = self._read_cells(line)
        visitor = self.visitor()
        visitor.opener.headers["User-Agent"] = BROWSERS[browser]
        visitor.visit(link, referrer)
        lead = visitor.submit_contact_form(f"visitor-of-{len(self.leads.search([]))}@example.com")
        return self._write_cells([link, referrer, browser, *self._describe(lead)])

    @staticmethod
    def _read_cells(line):
        cells = re.split(r"(?<!\\)\|", line)[1:-1]
        return [cell.replace("\\|", "|").strip().strip("`") for cell in cells]

    @staticmethod
    def _write_cells(cells):
        quoted = [
            f"`{cell}`" if cell and place in CODE else cell for place, cell in enumerate(cells)
        ]
        escaped = [cell.replace("|", "\\|") for cell in quoted]
        return f"|{'|'.join(f' {cell} ' if cell else ' ' for cell in escaped)}|"

    def _describe(self, lead):
        touch = lead.lead_creation_touch_id
        if touch.channel in (False, "direct"):
            return ["", "", "", "", "", "", ""]
        label = dict(touch._fields["channel"]._description_selection(self.env))
        platform = dict(touch._fields["click_platform"]._description_selection(self.env))
        also = [f"{name} `{touch[name]}`" for name in (*ALSO_STORED, *CLICK_IDS) if touch[name]]
        also += ["link of the own site"] if touch.own_link else []
        return [
            label[touch.channel],
            touch.source_id.name or "",
            touch.medium_id.name or "",
            touch.campaign_id.name or "",
            platform.get(touch.click_platform, ""),
            touch.landing_page or "",
            ", ".join(also),
        ]
