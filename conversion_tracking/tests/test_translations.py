"""Whoever translates the add-on finds every text of it in the template, and no other."""

import io
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

ADDON = Path(__file__).parents[1]
TEMPLATE = ADDON / "i18n" / f"{ADDON.name}.pot"


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def test_the_template_has_every_text(self):
        exported = io.BytesIO()
        trans_export(None, [ADDON.name], exported, "po", self.env)
        texts = {one.msgid for one in polib.pofile(exported.getvalue().decode())}
        template = polib.pofile(str(TEMPLATE))
        there = {one.msgid for one in template}
        todo = "run: make translations"
        self.assertFalse(texts - there, f"Texts are missing in {TEMPLATE.name}; {todo}")
        self.assertFalse(there - texts, f"Texts of {TEMPLATE.name} are gone; {todo}")
        self.assertFalse([one.msgid for one in template if one.msgstr], "a template translates")
        self.assertFalse([name for name in template.metadata if "Date" in name])

    def test_texts_of_each_kind_are_exported(self):
        """A file that Odoo's exporter does not read would be missed by both sides above."""
        template = polib.pofile(str(TEMPLATE))
        places = [place for entry in template for place, _line in entry.occurrences]
        code = f"code:addons/{ADDON.name}"
        for place in (
            *(f"{code}/models/", f"{code}/models/google_ads/", f"{code}/wizard/"),
            *(f"{code}/report/", f"{code}/controllers/", f"{code}/static/src/kpi_board/"),
            *("model:ir.model.fields,help:", "model_terms:ir.ui.view,arch_db:"),
            *("model:ir.ui.menu,name:", "model:conversion.kpi,", "model:ir.model.fields.selection"),
        ):
            self.assertTrue(any(one.startswith(place) for one in places), place)
