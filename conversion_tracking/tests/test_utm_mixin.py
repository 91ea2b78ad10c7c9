"""What records with a source, medium and campaign take from a visit; the lab shows it in apps."""

from datetime import datetime, timezone

from odoo.tests import TransactionCase, tagged

from ..attribution.touch import Journey, Touch
from ..attribution.visit import Visit
from ..models.conversion_origin import UTM_FIELDS

NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)
FAIR = Touch(NOW, source="fair", medium="stand", campaign="autumn")
NEWS = Touch(NOW, source="news")


@tagged("post_install", "-at_install")
class TestUtmMixin(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign = cls.env["utm.campaign"].create({"name": "Chosen"})

    def visit(self, *touches, tracked=True):
        visit = Visit(Journey(touches, NOW), tracked, "granted", NOW, 1, "/page")
        self.patch(self.env.registry["ir.http"], "_current_visit", classmethod(lambda _cls: visit))

    def defaults(self, model="account.move", fields=UTM_FIELDS, **context):
        """UTM values of a new record, by the names of the records."""
        values = self.env[model].with_context(**context).default_get([*fields, "id"])
        return {
            name: self.env[f"utm.{name.removesuffix('_id')}"].browse(values[name]).name
            for name in fields
            if values.get(name)
        }

    def test_nobody_is_visiting(self):
        self.assertEqual(self.defaults(), {})

    def test_without_consent_or_marketing_there_is_nothing(self):
        self.visit(tracked=False)
        self.assertEqual(self.defaults(), {})
        self.visit()
        self.assertEqual(self.defaults(), {})

    def test_the_last_visit_comes_as_one_whole(self):
        self.visit(FAIR, NEWS)
        self.assertEqual(self.defaults(), {"source_id": "news"})
        self.visit(NEWS, FAIR)
        expected = {"source_id": "fair", "medium_id": "stand", "campaign_id": "autumn"}
        self.assertEqual(self.defaults(), expected)

    def test_a_chosen_value_is_not_mixed_with_a_visit(self):
        self.visit(FAIR)
        chosen = {"campaign_id": "Chosen"}
        self.assertEqual(self.defaults(default_campaign_id=self.campaign.id), chosen)
        self.env["ir.default"].set("account.move", "campaign_id", self.campaign.id)
        self.assertEqual(self.defaults(), chosen)

    def test_who_gives_one_value_gets_no_others(self):
        self.visit(FAIR)
        self.assertEqual(self.defaults(fields=("source_id", "campaign_id")), {})

    def test_other_defaults_stay(self):
        self.visit(FAIR)
        values = self.env["account.move"].with_context(default_ref="Roof").default_get(["ref"])
        self.assertEqual(values, {"ref": "Roof"})

    def test_an_order_learns_its_visit_at_the_checkout(self):
        self.visit(FAIR)
        sources = self.env["utm.source"].search_count([])
        self.assertEqual(self.defaults("sale.order"), {})
        self.assertEqual(self.env["utm.source"].search_count([]), sources)
