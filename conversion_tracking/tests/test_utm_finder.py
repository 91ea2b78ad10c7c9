"""What touches name is found together, and made once, however many send a form at once."""

from datetime import datetime, timezone
from unittest.mock import patch

from odoo.exceptions import ConcurrencyError
from odoo.tests import TransactionCase, tagged

from ..attribution.touch import Touch

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)


@tagged("post_install", "-at_install")
class TestUtmFinder(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finder = cls.env["utm.finder"]

    def touch(self, name, **values):
        return Touch(NOW, source=name, medium="fair", campaign=name, **values)

    def test_nothing_has_no_name(self):
        self.assertEqual(self.finder._find([]), {})
        touch, names = Touch(NOW), {}
        self.assertFalse(self.finder._get_id("utm.source", "", names))
        self.assertFalse(self.finder._get_campaign_id(touch, names))
        self.assertEqual(names, {})

    def test_a_batch_costs_as_many_queries_as_a_few(self):
        def count(touches):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.finder._find(touches)
            return self.cr.sql_log_count - before

        few, many = ([self.touch(f"{size} {one}") for one in range(size)] for size in (3, 40))
        self.finder._find([*few, *many])
        self.assertEqual(count(few), count(many))

    def test_what_was_found_is_not_looked_up_again(self):
        touches = [self.touch("Winter"), Touch(NOW, gad_campaignid="2260045")]
        names = self.finder._find(touches)
        before = self.cr.sql_log_count
        source = self.finder._get_id("utm.source", "Winter", names)
        campaigns = [self.finder._get_campaign_id(touch, names) for touch in touches]
        self.assertEqual(self.cr.sql_log_count, before)
        self.assertEqual(self.env["utm.source"].browse(source).name, "Winter")
        self.assertEqual(self.env["utm.campaign"].browse(campaigns[0]).title, "Winter")
        self.assertFalse(campaigns[1], "no campaign is made of a number")

    def test_a_name_that_another_visitor_makes_is_there_the_next_time(self):
        self.registry_enter_test_mode()
        sources, taken = type(self.env["utm.source"]), ConcurrencyError("just created")
        with (
            patch.object(sources, "_make", side_effect=taken),
            self.assertRaises(ConcurrencyError),
        ):
            self.finder._find([self.touch("Winter")])
        self.env.cr.postrollback.run()  # Odoo rolls back before it tries the form again
        for model in ("utm.source", "utm.campaign"):
            self.assertEqual(len(self.env[model]._find_by_names(["Winter"])), 1, model)
