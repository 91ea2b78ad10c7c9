"""A campaign, source or medium is found by any spelling of its name, and never doubled."""

from urllib.parse import urlencode

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

NAMES = ("🔥 Winter sale", '"Brand" NL', "-15% sale", "Sofas <500 EUR", "promo [0]", "promo [1]")
PLAIN = ("Winter sale", "Brand NL", "15% sale", "Sofas 500 EUR", "promo [0]", "promo [1]")


@tagged("post_install", "-at_install")
class TestNames(TransactionCase):
    def lead_by(self, **values):
        query = urlencode({f"utm_{name}": text for name, text in values.items()})
        return self.env["crm.lead"].create({"name": "Roof", "landing_url": f"/?{query}"})

    def test_a_new_name_is_stored_as_it_was_written(self):
        for name in NAMES:
            lead = self.lead_by(source=name, medium=name, campaign=name)
            shown = (lead.source_id.name, lead.medium_id.name, lead.campaign_id.name)
            self.assertEqual(shown, (name, name, name))
            self.assertEqual(lead.campaign_id.title, name)
            self.assertTrue(lead.campaign_id.is_auto_campaign)

    def test_and_found_again_with_or_without_its_signs(self):
        for name, plain in zip(NAMES, PLAIN, strict=True):
            made = self.lead_by(source=name, medium=name, campaign=name)
            for again in (name, name.upper(), f" {name} ", plain, plain.lower()):
                lead = self.lead_by(source=again, medium=again, campaign=again)
                self.assertEqual(lead.campaign_id, made.campaign_id, again)
                self.assertEqual(lead.source_id, made.source_id, again)
                self.assertEqual(lead.medium_id, made.medium_id, again)

    def test_what_was_stored_without_signs_is_found_by_the_name_with_them(self):
        """As a release before, or a system that loses them, has stored it."""
        for name, plain in zip(NAMES[:4], PLAIN, strict=False):
            campaign = self.env["utm.campaign"].create({"title": plain})
            self.assertEqual(self.lead_by(campaign=name).campaign_id, campaign)

    def test_two_names_that_differ_in_signs_stay_two(self):
        names = ("🔥 Winter sale", "❄ Winter sale", "Winter sale")
        campaigns = self.env["utm.campaign"].create([{"title": name} for name in names])
        for name, campaign in zip(names, campaigns, strict=True):
            self.assertEqual(self.lead_by(campaign=name).campaign_id, campaign)
        other = self.lead_by(campaign="☀ Winter sale").campaign_id
        self.assertEqual(other, campaigns[2], "the plain one may have lost this sign")
        campaigns[2].unlink()
        self.assertNotIn(self.lead_by(campaign="🌙 Winter sale").campaign_id, campaigns)

    def test_wildcards_are_letters(self):
        campaign = self.env["utm.campaign"].create({"title": "web-nl"})
        self.assertNotEqual(self.lead_by(campaign="web_nl").campaign_id, campaign)
        self.assertNotEqual(self.lead_by(campaign="web%").campaign_id, campaign)

    def test_an_archived_campaign_is_found(self):
        campaign = self.env["utm.campaign"].create({"title": "🔥 Winter sale", "active": False})
        self.assertEqual(self.lead_by(campaign="winter sale").campaign_id, campaign)

    def test_a_renamed_one_is_found_by_its_new_name(self):
        source = self.lead_by(source="🔥 Fair").source_id
        source.name = "Trade fair 🎪"
        self.assertEqual(self.lead_by(source="trade fair").source_id, source)
        self.assertNotEqual(self.lead_by(source="Fair").source_id, source)

    def test_a_source_of_another_module_is_found(self):
        """A mailing has a source of its name, see utm.source.mixin."""
        source = self.env["utm.source"].create({"name": "🎁 Gifts (Mailing)"})
        self.assertEqual(self.lead_by(source="gifts (mailing)").source_id, source)

    def test_a_batch_makes_each_name_once(self):
        urls = [f"/?utm_campaign={name}" for name in ("Spring", "SPRING", "🌷 Spring", "🌼 Lent")]
        leads = self.env["crm.lead"].create([{"name": "x", "landing_url": url} for url in urls])
        self.assertEqual(
            leads.mapped("campaign_id.name"), ["Spring", "🌼 Lent"], "signs lost on the way are one"
        )

    def test_defaults_meant_for_a_lead_are_none_of_a_name(self):
        """A mail has nobody as its user; a campaign must have one."""
        campaigns = self.env["utm.campaign"].with_context(default_user_id=False, default_title="x")
        campaign = campaigns._find_or_make(["Spring"])["Spring"]
        self.assertEqual((campaign.user_id, campaign.title), (self.env.user, "Spring"))

    def test_a_batch_of_names_that_core_counts(self):
        names = ["promo [1]", "promo", "promo [0]", "promo [2]", "promo [02]"]
        made = self.env["utm.source"]._find_or_make(names)
        self.assertEqual([made[name].name for name in names], names)
        self.assertEqual(self.env["utm.source"]._find_or_make(names), made)

    def test_the_queries_of_a_batch_are_fixed(self):
        campaigns = self.env["utm.campaign"]

        def count(function, *arguments):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            function(*arguments)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        few, many = ([f"{part} {one}" for one in range(part)] for part in (3, 40))
        campaigns._find_or_make([*few, *many])
        self.assertEqual(
            count(campaigns._find_by_names, few), count(campaigns._find_by_names, many)
        )

    def test_nobody_enters_the_key(self):
        employee = new_test_user(self.env, "employee", groups="base.group_user")
        for model in ("utm.source", "utm.medium", "utm.campaign"):
            records = self.env[model].with_user(employee)
            record = records.create({"name": "🔥 Fair"})
            self.assertEqual(record.name_key, "fair")
            with self.assertRaises(AccessError):
                record.name_key = "another"
            with self.assertRaises(AccessError):
                records.create({"name": "Show", "name_key": "fair"})

    def test_a_very_long_name_is_no_obstacle(self):
        campaign = self.env["utm.campaign"].create({"title": "é" * 1000})
        self.assertEqual(
            self.env["utm.campaign"]._find_by_names([campaign.name]), {campaign.name: campaign}
        )
