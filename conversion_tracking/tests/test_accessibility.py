"""Everybody can read and use the screens: with a screen reader, by keyboard, with weak eyes."""

import re
from pathlib import Path

from lxml import etree

from odoo.tests import TransactionCase, new_test_user, tagged

from .axe_case import AxeCase
from .test_kpi_board import KpiBoardCase

ADDON = Path(__file__).parents[1]
# attributes that say what an element is
NAMES = {"alt", "aria-label", "label", "placeholder", "title"}
LANDING = (
    "https://example.com/?utm_source=google&utm_medium=cpc&utm_campaign=Autumn"
    "&utm_term=solar&utm_content=blue&gclid=AbC-1"
)


class ScreensCase(AxeCase, KpiBoardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.budget = 1500
        cls.env["crm.lead"].create({"name": "Dan", "contact_name": "Dan", "landing_url": LANDING})
        cls.manager = new_test_user(
            cls.env,
            "axe_manager",
            groups="base.group_user,sales_team.group_sale_manager,"
            "conversion_tracking.group_manager,crm.group_use_lead",
        )


@tagged("post_install", "-at_install")
class TestAccessibility(ScreensCase):
    def test_with_axe_at_a_desk(self):
        self.look_at("desk", login=self.manager.login)


@tagged("post_install", "-at_install")
class TestAccessibilityPhone(ScreensCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_with_axe_and_a_phone(self):
        self.look_at("phone", login=self.manager.login)


@tagged("post_install", "-at_install")
class TestTemplates(TransactionCase):
    """What the templates tell by themselves, also of screens that no tour opens."""

    @staticmethod
    def elements(folder=""):
        """Each element of our views and templates: its place, itself, and its classes."""
        for file in sorted((ADDON / folder).rglob("*.xml")):
            for element in etree.parse(file).iter(etree.Element):
                classes = (element.get(f"{how}class", "") for how in ("", "t-att-", "t-attf-"))
                place = f"{file.relative_to(ADDON)}:{element.sourceline}"
                yield place, element, set(re.findall(r"[\w-]+", " ".join(classes)))

    def test_icons_have_a_name_or_are_decoration(self):
        for place, element, classes in self.elements():
            if element.tag in ("i", "span") and classes & {"fa", "oi"}:
                has_name = {"aria-label", "t-att-aria-label"} & set(element.attrib)
                self.assertTrue(
                    element.get("aria-hidden") == "true"
                    or (element.get("role") == "img" and has_name),
                    f"{place}: name it (role=img and aria-label), or hide what only decorates",
                )

    def test_grey_text_can_be_read(self):
        for place, _element, classes in self.elements():
            if not classes & {"fa", "oi"}:
                todo = f"{place}: Odoo's grey is too weak, take o_conversion_muted"
                self.assertNotIn("text-muted", classes, todo)
                self.assertNotIn("text-bg-info", classes, f"{place}: white on blue is too weak")

    def test_names_are_translated(self):
        """Odoo leaves out what a template of Owl puts together of text and values."""
        for place, element, _classes in self.elements("static"):
            composed = {f"t-attf-{name}" for name in NAMES} & set(element.attrib)
            self.assertFalse(composed, f"{place}: put it together by _t in JavaScript")
