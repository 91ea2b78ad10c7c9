"""What is remembered of rules, sites and names is forgotten when somebody changes them."""

from datetime import datetime, timezone
from unittest.mock import patch

from odoo.models import BaseModel
from odoo.tests import TransactionCase, tagged

from ..attribution.touch import Touch

TOUCH = Touch(datetime(2026, 11, 20, tzinfo=timezone.utc), source="newnet", medium="link")


@tagged("post_install", "-at_install")
class TestConversionCachedMixin(TransactionCase):
    def channel(self):
        return self.env["conversion.channel.rule"]._describe(TOUCH)[0]

    def assertForgotten(self, remembered, model, vals, change):
        """What is remembered follows a record that is made, changed and deleted."""
        before = remembered()
        record = self.env[model].create(vals)
        made = remembered()
        self.assertNotEqual(made, before)
        record.write(change)
        self.assertNotEqual(remembered(), made)
        record.unlink()
        self.assertEqual(remembered(), before)

    def test_sites(self):
        vals = {"name": "newnet", "category": "social"}
        self.assertForgotten(self.channel, "conversion.site", vals, {"category": "video"})

    def test_channel_rules(self):
        vals = {"name": "New", "channel": "sms", "sequence": 0, "sources": "newnet"}
        self.assertForgotten(self.channel, "conversion.channel.rule", vals, {"channel": "audio"})

    def test_naming_rules(self):
        vals = {"parameter": "content", "letter_case": "upper", "company_id": self.env.company.id}
        self.assertForgotten(
            lambda: self.env["utm.naming.rule"]._get_rules(self.env.company)["content"],
            "utm.naming.rule",
            vals,
            {"letter_case": "keep"},
        )

    def test_other_names(self):
        source = self.env["utm.source"].create({"name": "Newnet"})
        self.assertForgotten(
            lambda: self.env["utm.alias"]._get_ids("utm.source"),
            "utm.alias",
            {"name": "nn", "source_id": source.id},
            {"name": "nnet"},
        )

    def test_filler_and_the_won_deals_that_it_tells_apart(self):
        def tell_email():
            return self.env["conversion.filler"]._get_filler().tell_email("lobby@firm.example")

        rebuild = type(self.env["conversion.credit.rebuild"])
        with patch.object(rebuild, "_request_rebuild") as requested:
            self.assertForgotten(
                tell_email, "conversion.filler", {"name": "lobby@*"}, {"name": "lounge@*"}
            )
            self.assertEqual(requested.call_count, 3)
            self.env["conversion.filler"].with_context(install_mode=True).create({"name": "x1@*"})
            self.assertEqual(requested.call_count, 3, "an installation has no won deals to share")

    def test_domains_of_websites(self):
        website = self.env["website"].search([], limit=1)
        website.domain = "https://one.example"
        self.assertIn("one.example", website._get_own_hosts())
        website.domain = "https://two.example"
        self.assertNotIn("one.example", website._get_own_hosts())

    def test_only_what_is_remembered_counts(self):
        website = self.env["website"].search([], limit=1)
        with patch.object(type(website), "_changed") as changed:
            website.name = "Shop"
            changed.assert_not_called()
            website.domain = "https://one.example"
            changed.assert_called()

    def test_who_reads_during_the_change_remembers_nothing_of_it(self):
        site = self.env["conversion.site"].create({"name": "newnet", "category": "social"})
        write = BaseModel.write

        def read_and_write(records, vals):
            self.channel()
            return write(records, vals)

        with patch.object(BaseModel, "write", read_and_write):
            site.category = "video"
        self.assertEqual(self.channel(), "organic_video")
