"""Sources, mediums and campaigns that are one are merged, and nothing is lost."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, new_test_user, tagged

from .link_case import LinkMixin


@tagged("post_install", "-at_install")
class TestMerging(LinkMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Windmill"})
        cls.manager = new_test_user(
            cls.env, "merge_manager", groups="conversion_tracking.group_manager"
        )
        cls.facebook = cls.env["utm.source"]._find_or_make(["facebook"])["facebook"]
        cls.short = cls.lead("fb").source_id
        cls.host_name = cls.lead("facebook.com").source_id
        cls.lead("facebook"), cls.lead("facebook")

    @classmethod
    def lead(cls, source, campaign="", **values):
        return cls.env["crm.lead"].create(
            {
                "name": f"By {source}",
                "landing_url": f"/?utm_source={source}&utm_medium=social&utm_campaign={campaign}",
                **values,
            }
        )

    def merge(self, target, others, user=None):
        self.env["utm.merger"].with_user(user or self.manager)._merge(
            target.with_user(user or self.manager), others.with_user(user or self.manager)
        )

    def audit(self, user=None):
        tags = self.env["conversion.tag"].with_user(user or self.manager)
        return tags.search(tags.action_open()["domain"])

    # ------------------------------------------------------------
    # The audit
    # ------------------------------------------------------------

    def test_the_audit_says_what_is_odd(self):
        lead = self.lead("Face Book", "Spring%20Sale")
        tags = {(tag.kind, tag.name): tag for tag in self.audit()}
        self.assertEqual(tags["source", "fb"].alike, "facebook")
        self.assertIn("merge them", tags["source", "fb"].advice)
        self.assertIn("The rules write it as 'spring_sale'", tags["campaign", "Spring Sale"].advice)
        self.assertEqual(tags["source", "Face Book"].lead_count, 1)
        self.assertEqual(tags["source", "Face Book"].touch_count, 1)
        self.assertFalse(tags["source", "Face Book"].own_link_count)
        lead.lead_creation_touch_id.sudo().own_link = True
        [tag] = self.audit().filtered(lambda one: one.name == "Face Book")
        self.assertEqual(tag.own_link_count, 1)
        opened = self.env["conversion.touchpoint"].search(tag.action_open_own_links()["domain"])
        self.assertEqual(opened, lead.lead_creation_touch_id)

    def test_everybody_sees_lines_of_their_own(self):
        user = new_test_user(self.env, "audit_user", groups="conversion_tracking.group_user")
        mine, theirs = self.audit(user), self.audit()
        self.assertTrue(mine and theirs)
        self.assertFalse(theirs.with_user(user).has_access("read"))
        with self.assertRaises(AccessError):
            self.env["conversion.tag.merge"].with_user(user).create({})

    def test_the_number_of_queries_does_not_grow_with_the_tags(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["conversion.tag"].action_open()
            return self.env.cr.sql_log_count - before

        few = count()
        self.lead_many = self.env["crm.lead"].create(
            [{"name": "x", "landing_url": f"/?utm_source=s{number}"} for number in range(60)]
        )
        self.assertLessEqual(count(), few + 2)

    # ------------------------------------------------------------
    # Refused
    # ------------------------------------------------------------

    def test_only_managers_merge(self):
        user = new_test_user(self.env, "merge_user", groups="conversion_tracking.group_user")
        with self.assertRaises(AccessError):
            self.merge(self.facebook, self.short, user)
        self.assertTrue(self.short.exists())

    def test_what_other_companies_use_is_theirs_too(self):
        self.lead("fb", company_id=self.other_company.id)
        with self.assertRaisesRegex(UserError, "also used by other companies"):
            self.merge(self.facebook, self.short)
        self.manager.company_ids |= self.other_company
        self.merge(self.facebook, self.short)
        self.assertFalse(self.short.exists())

    def test_campaigns_of_two_companies_stay_two(self):
        ours = self.env["utm.campaign"].create({"title": "Fair"})
        theirs = ours.copy({"title": "Fair 2", "company_id": self.other_company.id})
        self.manager.company_ids |= self.other_company
        with self.assertRaisesRegex(UserError, "different companies"):
            self.merge(ours, theirs)

    def test_one_alone_or_two_kinds_are_not_merged(self):
        tags = self.audit()
        source = tags.filtered(lambda one: one.kind == "source")[:1]
        medium = tags.filtered(lambda one: one.kind == "medium")[:1]
        for chosen, said in ((source, "at least two"), (source | medium, "choose one kind")):
            wizard = self.env["conversion.tag.merge"].with_user(self.manager)
            wizard = wizard.create({"tag_ids": chosen.ids})
            self.assertIn(said, wizard.preview)
            with self.assertRaisesRegex(UserError, said):
                wizard.action_merge()

    # ------------------------------------------------------------
    # Merged
    # ------------------------------------------------------------

    def test_three_sources_become_one_by_the_wizard(self):
        [line] = self.audit().filtered(lambda one: one.name == "fb")
        action = line.action_merge()
        wizard = self.env["conversion.tag.merge"].with_user(self.manager)
        form = Form(wizard.with_context(**action["context"]))
        self.assertEqual(form.target_id.name, self.facebook.name, "neither short nor a host")
        self.assertIn("Touchpoint", form.preview)
        leads = self.env["crm.lead"].search(
            [("source_id", "in", (self.short | self.host_name).ids)]
        )
        touches = leads.lead_creation_touch_id
        form.save().action_merge()
        self.assertFalse((self.short | self.host_name).exists())
        self.assertEqual(leads.source_id, self.facebook)
        self.assertEqual(touches.source_id, self.facebook)
        names = [
            tag.name for tag in self.audit() if tag.alike == "facebook" and tag.kind == "source"
        ]
        self.assertEqual(names, [self.facebook.name])

    def test_links_that_say_an_old_name_mean_the_one_that_stayed(self):
        self.merge(self.facebook, self.short)
        self.assertEqual(self.lead("FB").source_id, self.facebook)
        # and when that one is merged in turn
        meta = self.env["utm.source"].create({"name": "meta"})
        self.merge(meta, self.facebook)
        self.assertEqual(self.lead("fb").source_id, meta)
        self.assertEqual(self.lead("facebook").source_id, meta)
        self.env["utm.alias"].search([]).unlink()
        self.assertEqual(self.lead("fb").source_id.name, "fb")

    def test_what_odoo_itself_refers_to_is_found_where_it_went(self):
        medium = self.env.ref("utm.utm_medium_email")
        letters = self.env["utm.medium"].create({"name": "letters"})
        self.merge(letters, medium)
        self.assertEqual(self.env.ref("utm.utm_medium_email"), letters)
        self.assertEqual(self.env["utm.medium"]._find_by_names(["email"]), {"email": letters})

    def test_every_column_that_points_to_a_tag_is_moved(self):
        """Whatever model of whatever app there is: a row of each, and none is left behind."""
        campaign = self.env["utm.campaign"].create({"title": "Fair"})
        double = self.env["utm.campaign"].create({"title": "The fair", "budget": 100})
        tag = self.env["utm.tag"].create({"name": "Trade"})
        (campaign | double).tag_ids = tag
        only = self.env["utm.tag"].create({"name": "Only"})
        double.tag_ids |= only
        lead = self.lead("fb", "The%20fair")
        self.assertEqual(lead.campaign_id, double)
        self.env["utm.campaign.cost"].create(
            {"campaign_id": double.id, "name": "Stand", "actual_amount": 40}
        )
        order = self.env["sale.order"].create(
            {"partner_id": self.manager.partner_id.id, "campaign_id": double.id}
        )
        reference = self.env["ir.model.data"].create(
            {"module": "my", "name": "fair", "model": "utm.campaign", "res_id": double.id}
        )
        self.merge(campaign, double)
        self.assertFalse(double.exists())
        self.assertEqual((lead.campaign_id, order.campaign_id), (campaign, campaign))
        self.assertEqual(lead.lead_creation_touch_id.campaign_id, campaign)
        self.assertEqual(campaign.cost_actual, 40)
        self.assertEqual(campaign.lead_count, 1)
        self.assertEqual(campaign.budget, 100)
        self.assertEqual(campaign.tag_ids, tag | only)
        self.assertEqual(reference.res_id, campaign.id)
        for table, column in self.env["utm.merger"]._get_columns("utm_campaign"):
            self.env.cr.execute(f'SELECT 1 FROM "{table}" WHERE "{column}" = %s', [double.id])
            self.assertFalse(self.env.cr.fetchall(), table)

    def test_reports_add_up_to_the_same(self):
        report = self.env["campaign.roi.report"]
        before = report._read_group([], [], ["lead_count:sum", "revenue:sum"])
        self.merge(self.facebook, self.short | self.host_name)
        self.assertEqual(report._read_group([], [], ["lead_count:sum", "revenue:sum"]), before)

    def test_links_that_became_the_same_are_one_with_both_short_links(self):
        one, two = self.build(source="facebook"), self.build(source="fb")
        self.assertNotEqual(one, two)
        codes = {one.code, two.code}
        click = self.env["link.tracker.click"].create({"link_id": two.id})
        self.merge(one.source_id, two.source_id)
        self.assertFalse(two.exists())
        self.assertEqual(set(one.link_code_ids.mapped("code")), codes)
        one.invalidate_recordset()
        self.assertEqual((click.link_id, one.count), (one, 1))

    def test_who_changes_what_links_call_a_tag(self):
        chief = new_test_user(self.env, "alias", groups="conversion_tracking.group_administrator")
        aliases = self.env["utm.alias"]
        with self.assertRaises(AccessError):
            aliases.with_user(self.manager).create({"name": "x", "source_id": self.facebook.id})
        aliases.with_user(chief).create({"name": "Zuckerberg", "source_id": self.facebook.id})
        self.assertEqual(self.lead("zuckerberg").source_id, self.facebook)
