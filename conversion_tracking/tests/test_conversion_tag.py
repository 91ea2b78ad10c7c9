"""What a marketing manager is shown of the tags: those that are odd, and no name besides."""

from ast import literal_eval
from datetime import datetime, timezone

from lxml import etree

from odoo.tests import TransactionCase, new_test_user, tagged

from ..attribution.touch import Touch
from .link_case import LinkMixin

AD = "/?utm_source={}&utm_medium=cpc&utm_campaign={}"


@tagged("post_install", "-at_install")
class TestConversionTag(LinkMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "tag_manager", groups="conversion_tracking.group_manager"
        )

    def seen(self, *links):
        """Leads that came over links."""
        return self.env["crm.lead"].create([{"name": "A", "landing_url": one} for one in links])

    def to_look_at(self):
        """What the list shows when somebody opens it."""
        tags = self.env["conversion.tag"].with_user(self.manager)
        action = tags.action_open()
        search = etree.fromstring(tags.get_view(view_type="search")["arch"])
        [name] = literal_eval(action["context"])
        [chosen] = search.iterfind(f".//filter[@name='{name.removeprefix('search_default_')}']")
        domain = literal_eval(chosen.get("domain"))
        return tags.search([*action["domain"], *domain])

    def names(self):
        return sorted(self.to_look_at().mapped("name"))

    def use(self, model, pointer, **values):
        """Leads of whatever records of a kind there are, all given in Odoo."""
        records = self.env[model].create(values) | self.env[model].search([])
        self.env["crm.lead"].create([{"name": "B", pointer: one.id} for one in records])
        return records

    def test_names_that_nobody_wrote_into_a_link_are_not_odd(self):
        self.use("utm.source", "source_id", name="Trade fair, Utrecht (NL)!")
        self.use("utm.medium", "medium_id", name="Word of mouth")
        campaigns = self.use("utm.campaign", "campaign_id", title="Solar panels - Search NL")
        self.build(campaign="Solar panels - Search NL")
        self.seen(AD.format("facebook", "spring_sale"), AD.format("Google", "solar_panels"))
        # a link that finds the campaign, however it writes it, names nothing new
        lead = self.seen(AD.format("google", "Solar%20panels%20-%20Search%20NL"))
        self.assertIn(lead.campaign_id, campaigns)
        self.assertEqual(self.names(), [])

    def test_three_names_of_one_source_are_shown_and_nothing_else(self):
        self.use("utm.campaign", "campaign_id", title="Solar panels - Search NL")
        self.env["utm.source"].search([("name", "=ilike", "facebook%")]).name = "Meta"
        self.seen(*(AD.format(one, "spring") for one in ("Facebook", "facebook.com", "fb")))
        self.assertEqual(self.names(), ["Facebook", "facebook.com", "fb"])

    def test_who_writes_a_link_by_no_rule_is_shown_what_the_rule_writes(self):
        self.seen(AD.format("google", "Spring%20Sale%21"))
        tag = self.to_look_at()
        self.assertEqual((tag.kind, tag.name), ("campaign", "Spring Sale!"))
        self.assertIn("'spring_sale'", tag.advice)

    def test_a_site_that_refers_visitors_wrote_no_tag(self):
        """Only what links say is held against the list of allowed values."""
        rule = self.env.ref("conversion_tracking.naming_rule_source")
        rule.allowed_values = "google\nfacebook"
        now = datetime.now(timezone.utc)
        touches = [
            Touch(now, referrer="https://blog.example.org/roofs", landing_page="/"),
            Touch(now, source="bing", medium="cpc", landing_page="/"),
        ]
        origins, names = self.env["conversion.origin"], self.env["utm.finder"]._find(touches)
        made = self.env["conversion.touchpoint"].create(
            [origins._prepare_touch(one, names) for one in touches]
        )
        self.assertEqual(made.source_id.mapped("name"), ["blog.example.org", "bing"])
        self.assertEqual(self.names(), ["bing"])
        self.assertIn("use one of google, facebook", self.to_look_at().advice)

    def test_of_many_that_look_alike_a_few_are_named(self):
        names = [f"summer{separator}sale" for separator in ("", "-", ".", "_", "~")]
        self.seen(*(AD.format("google", name) for name in names))
        lines = self.to_look_at()
        self.assertEqual(sorted(lines.mapped("name")), sorted(names))
        for line in lines:
            self.assertEqual(line.advice.partition(":")[0].count("'"), 6, line.advice)
            self.assertNotIn(f"'{line.name}'", line.advice.partition(":")[0])
