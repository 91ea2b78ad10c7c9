"""Names are kept as anybody wrote them: in files they are texts, never formulas."""

import csv
import io
import json
import zipfile
from urllib.parse import urlencode

from odoo.tests import HttpCase, tagged

HARMLESS = ("🔥 Winter sale", '"Brand" NL', "Sofas <500 EUR", "promo [0]")
FORMULAS = ("=1+1", "-15% sale", "+1", "@home", "\uff1dHYPERLINK(1)", "{=1+1}")


@tagged("post_install", "-at_install")
class TestExport(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": str(number),
                    "landing_url": f"/?{urlencode({'utm_campaign': name, 'utm_term': name})}",
                }
                for number, name in enumerate((*HARMLESS, *FORMULAS))
            ]
        )

    def export(self, kind, **values):
        self.authenticate("admin", "admin")
        data = {"domain": [], "import_compat": False, "groupby": [], "context": {}, **values}
        response = self.url_open(f"/web/export/{kind}?{urlencode({'data': json.dumps(data)})}")
        self.assertEqual(response.status_code, 200, response.text[:300])
        return response.content

    def export_leads(self, kind, **values):
        names = ("campaign_id/name", "lead_creation_touch_id/term")
        return self.export(
            kind,
            model="crm.lead",
            ids=self.leads.ids,
            fields=[{"name": name, "label": name, "type": "char"} for name in names],
            **values,
        )

    def assertTexts(self, content):
        """The workbook holds all names, and no formula."""
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            texts = book.read("xl/sharedStrings.xml").decode()
            self.assertNotIn("<f>", book.read("xl/worksheets/sheet1.xml").decode())
        self.assertIn("🔥 Winter sale", texts)
        self.assertIn("'=1+1", texts)

    def test_csv(self):
        content = self.export_leads("csv").decode()
        cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
        for name in HARMLESS:
            self.assertEqual(cells.count(name), 2, name)
        for name in FORMULAS[:-1]:
            self.assertEqual(cells.count(f"'{name}"), 2, name)

    def test_workbook(self):
        self.assertTexts(self.export_leads("xlsx"))

    def test_grouped_workbook(self):
        self.assertTexts(self.export_leads("xlsx", groupby=["campaign_id"]))

    def test_pivot(self):
        self.authenticate("admin", "admin")
        names = (*HARMLESS, *FORMULAS)
        table = {
            "model": "crm.lead",
            "title": "Leads",
            "measure_count": 1,
            "origin_count": 1,
            "col_group_headers": [[{"title": name, "width": 1, "height": 1} for name in names]],
            "measure_headers": [{"title": name, "is_bold": False} for name in names],
            "rows": [{"title": name, "indent": 0, "values": [{"value": 1}]} for name in names],
        }
        response = self.url_open(f"/web/pivot/export_xlsx?{urlencode({'data': json.dumps(table)})}")
        self.assertTexts(response.content)
