"""The UTM builder: what cannot be a link is refused with its reason, nothing is half-made."""

from base64 import b64decode

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, new_test_user, tagged

from .link_case import LinkMixin


@tagged("post_install", "-at_install")
class TestLinkBuilder(LinkMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.other_company = cls.env["res.company"].create({"name": "Windmill"})
        cls.marketing = new_test_user(
            cls.env, "builder_user", groups="conversion_tracking.group_user"
        )
        cls.env["website"].search([], limit=1).domain = "https://www.solar.example"
        cls.host = "https://www.solar.example"
        cls.company.website_id.domain = cls.host

    def links(self):
        return self.env["link.tracker"].search([("company_id", "!=", False)])

    def test_what_is_no_link_is_refused_with_the_reason(self):
        for typed, said in (
            ({"page": "javascript:alert(1)"}, "https:// or http://"),
            ({"page": "data:text/html;base64,x"}, "https:// or http://"),
            ({"page": "https://www.solar.example@evil.example"}, "before the @"),
            ({"page": "https://s\u043elar.example"}, "alphabets that look alike"),
            ({"page": "https://solar.example/" + "x" * 2000}, "longer than 2000"),
            ({"page": " "}, "landing page"),
            ({"source": "f\u0430cebook"}, "Source mixes letters"),
            ({"source": ""}, "Source is missing"),
            ({"source": "🔥"}, "Source says nothing"),
            ({"campaign": "x" * 2000}, "Campaign is too long"),
            ({"campaign": "реклама"}, "letters other than a to z"),
            (
                {"page": "/" + "x" * 1500, "campaign": "c" * 250, "content": "d" * 250},
                "longer than 2000",
            ),
        ):
            with self.subTest(typed):
                typed = {
                    **{"page": "/contactus", "source": "fb", "medium": "cpc", "campaign": "x"},
                    **typed,
                }
                form = self.builder(self.marketing, **typed)
                self.assertIn(said, form.preview)
                with self.assertRaisesRegex(UserError, said.replace("(", r"\(")):
                    form.save().action_make()
        self.assertFalse(self.links())
        self.assertFalse(self.env["utm.campaign"].search([("name", "in", ("x", "реклама"))]))

    def test_tags_are_written_by_the_rules_and_shown_while_typing(self):
        form = self.builder(
            self.marketing,
            page="/contactus",
            source="Face Book",
            medium="Social",
            campaign='<script>alert("x")</script> =1+1',
        )
        link = f"{self.host}/contactus?utm_source=face_book&amp;utm_medium=social"
        self.assertIn(link, form.preview)
        self.assertIn("we write it as <b>face_book</b>", form.preview)
        self.assertNotIn("<script>", form.preview)

    def test_a_link_with_everything(self):
        link = self.build(self.marketing, term="Solar panels", content="blue", title="Newsletter")
        self.assertEqual(
            link.tagged_url,
            f"{self.host}/contactus?utm_source=facebook&utm_medium=social&utm_campaign=spring"
            "&utm_term=solar_panels&utm_content=blue",
        )
        self.assertEqual(link.redirected_url, link.tagged_url)
        self.assertEqual((link.title, link.company_id), ("Newsletter", self.company))
        self.assertEqual(link.source_id.name, "Facebook", "core's own source is found")
        self.assertFalse(link.campaign_id.is_auto_campaign)
        self.assertTrue(b64decode(link.qr_png).startswith(b"\x89PNG"))
        self.assertIn(b"<svg", b64decode(link.qr_svg))
        self.assertIn(
            f"/web/content/link.tracker/{link.id}/qr_svg/", link.action_download_svg()["url"]
        )

    def test_what_there_is_already_under_another_name_is_told(self):
        self.env["utm.medium"].create({"name": "Paid-Social"})
        typed = {"page": "/contactus", "campaign": "spring", "source": "Face Book"}
        preview = self.builder(self.marketing, medium="paid social", **typed).preview
        self.assertIn("There is “<span>Facebook</span>” already", preview)
        self.assertIn("There is “<span>Paid-Social</span>” already", preview)
        rows = "Face Book\tpaid social\nfacebook\tpaid-social"
        preview = self.builder(
            self.marketing, page="/contactus", campaign="spring", is_many=True, rows=rows
        ).preview
        self.assertEqual(preview.count("there is Facebook, Paid-Social already"), 1)

    def test_what_there_is_already_is_meant_by_its_name(self):
        medium = self.env["utm.medium"].create({"name": "Paid-Social"})
        typed = {"page": "/contactus", "campaign": "spring", "source": "facebook"}
        form = self.builder(self.marketing, medium="paid-social", **typed)
        self.assertNotIn("already", form.preview)
        link = self.env["link.tracker"].browse(form.save().action_make()["res_id"])
        self.assertEqual(link.medium_id, medium)

    def test_a_new_link_opens_with_its_qr_code(self):
        typed = {"page": "/contactus", "source": "fb", "medium": "social", "campaign": "spring"}
        action = self.builder(self.marketing, **typed).save().action_make()
        links = self.env["link.tracker"].with_user(self.marketing)
        self.assertIn('name="qr_png"', links.get_view(*action["views"][0])["arch"])

    def test_the_same_link_is_found_and_opened(self):
        link = self.build(self.marketing, content="blue")
        self.assertIn(
            "there already",
            self.builder(
                page=f"{self.host}/contactus",
                source="FACEBOOK",
                medium="social",
                campaign="Spring",
                content="Blue",
            ).preview,
        )
        self.assertEqual(self.build(content="BLUE "), link)
        self.assertNotEqual(self.build(content="red"), link)
        self.assertNotEqual(self.build(term="blue"), link)
        self.assertEqual(len(self.links()), 3)

    def test_another_company_makes_its_own(self):
        link = self.build()
        ann = new_test_user(
            self.env,
            "builder_other",
            groups="conversion_tracking.group_user",
            company_id=self.other_company.id,
            company_ids=[(6, 0, self.other_company.ids)],
        )
        other = self.build(ann, page=f"{self.host}/contactus")
        self.assertNotEqual(other, link)
        self.assertEqual(other.tagged_url, link.tagged_url)
        self.assertEqual(other.company_id, self.other_company)
        with self.assertRaises(AccessError):
            link.with_user(ann).read(["tagged_url"])
        self.assertEqual(
            self.env["link.tracker"].with_user(ann).search([("tagged_url", "!=", False)]), other
        )

    def test_nobody_builds_for_a_company_they_are_not_in(self):
        builder = self.env["conversion.link.builder"].with_user(self.marketing)
        builder = builder.create({"page": "/", "company_id": self.other_company.id})
        self.assertEqual(builder.company_id, self.company)

    def test_what_was_published_stays(self):
        link = self.build(self.marketing)
        for values in ({"tagged_url": "https://evil.example"}, {"content": "x"}):
            with self.assertRaises(AccessError):
                link.write(values)
        before = link.tagged_url
        link.source_id.sudo().name = "Meta"
        self.assertEqual(link.redirected_url, before)

    def test_a_copied_address_gives_its_tags_and_loses_its_click(self):
        form = self.builder(
            page="/shop?x=1&utm_source=News&utm_campaign=May&gclid=AbC", medium="mail"
        )
        self.assertEqual(
            (form.page, form.source, form.campaign), (f"{self.host}/shop?x=1", "News", "May")
        )
        self.assertNotIn("gclid", form.preview)

    def test_another_site_and_pages_that_go_away_are_told(self):
        form = self.builder(page="https://other.example/a", source="a", medium="b", campaign="c")
        self.assertIn("only visits on your own websites are seen", form.preview)
        page = self.env["website.page"].create(
            {"name": "Sale", "url": "/sale", "type": "qweb", "is_published": True, "arch": "<p/>"}
        )
        link = self.build(self.marketing, page="/sale")
        self.assertIn("/sale", self.builder().suggestions["page"])
        self.assertFalse(link.page_note)
        page.is_published = False
        link.invalidate_recordset()
        self.assertIn("not published", link.page_note)
        page.write({"is_published": True, "url": "/sales"})
        link.invalidate_recordset()
        self.assertIn("moved to /sales", link.page_note)
        page.unlink()
        link.invalidate_recordset()
        self.assertIn("The page was deleted", link.page_note)
        self.assertFalse(self.build(page="/shop").page_note, "a program's page")

    def test_a_row_with_an_error_makes_none(self):
        rows = "source;medium;content\nfb;social;a\nf\u0430cebook;social;b\nfb;social;A"
        form = self.builder(
            self.marketing, page="/contactus", campaign="spring", is_many=True, rows=rows
        )
        for said in ("Ready", "Source mixes letters", "This is row 2 again"):
            self.assertIn(said, form.preview)
        with self.assertRaisesRegex(UserError, "Row 3: Source mixes"):
            form.save().action_make()
        self.assertFalse(self.links())

    def test_a_link_for_each_row_and_all_of_them_to_take_along(self):
        existing = self.build(source="newsletter", medium="email", content="top")
        rows = "newsletter\temail\t\ttop\nlinkedin\tsocial\t\t\n\t\t\tbottom"
        links = self.build(self.marketing, source="flyer", medium="print", rows=rows)
        self.assertEqual(len(links), 3)
        self.assertEqual(links[0], existing)
        self.assertEqual(links[2].source_id.name, "flyer", "what is empty is taken from above")
        builder = self.env["conversion.link.builder"].search([], limit=1, order="id desc")
        self.assertEqual(len(builder.all_links.splitlines()), 4)
        self.assertIn(links[1].short_url, builder.all_links)
        file = b64decode(builder.file).decode("utf-8-sig")
        self.assertEqual(len(file.splitlines()), 4)
        self.assertEqual(builder.action_open_links()["domain"], [("id", "in", links.ids)])

    def test_a_file_holds_no_formula(self):
        rule = self.env["utm.naming.rule"].search([("parameter", "=", "content")])
        rule.alphabet = "any"
        self.build(rows="fb;cpc;;=1+1")
        builder = self.env["conversion.link.builder"].search([], limit=1, order="id desc")
        self.assertIn("'=1+1", b64decode(builder.file).decode())
        self.assertIn("'=1+1", builder.all_links)

    def test_nothing_and_too_much(self):
        builder = self.builder(page="/contactus", campaign="x", is_many=True)
        with self.assertRaisesRegex(UserError, "Paste the rows"):
            builder.save().action_make()
        builder.rows = "fb;cpc\n" * 300
        self.assertIn("at most 200 rows", builder.preview)

    def test_a_campaign_that_is_there_keeps_its_name(self):
        campaign = self.env["utm.campaign"].create({"title": "Spring Sale"})
        link = self.build(self.marketing, campaign="Spring Sale")
        self.assertEqual(link.campaign_id, campaign)
        self.assertIn("utm_campaign=spring_sale", link.tagged_url)
        lead = self.env["crm.lead"].create({"name": "x", "landing_url": link.tagged_url})
        self.assertEqual(lead.campaign_id, campaign, "who follows the link comes from there")

    def test_as_many_queries_for_two_hundred_rows_as_for_two(self):
        def count(rows):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            form = self.env["conversion.link.builder"].create(
                {"page": "/contactus", "campaign": "x", "is_many": True, "rows": rows}
            )
            self.assertTrue(form.preview)
            return self.env.cr.sql_log_count - before

        few = count("a;b\nc;d")
        many = count("\n".join(f"s{number};m;;c{number}" for number in range(200)))
        self.assertLessEqual(many, few + 2)

    def test_who_may_not_build(self):
        for groups in ("base.group_user", "sales_team.group_sale_manager", "base.group_portal"):
            user = new_test_user(self.env, groups, groups=groups)
            with self.assertRaises(AccessError):
                self.env["conversion.link.builder"].with_user(user).create({"page": "/"})

    def test_a_mailing_is_given_no_link_of_the_builder(self):
        link = self.build()
        values = {
            "url": link.url,
            "title": "x",
            **{name: link[name].id for name in ("source_id", "medium_id", "campaign_id")},
        }
        self.assertNotEqual(self.env["link.tracker"].search_or_create([values]), link)


@tagged("post_install", "-at_install")
class TestNamingRules(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["utm.naming.rule"]
        cls.medium = cls.rules.search([("parameter", "=", "medium")])
        cls.other_company = cls.env["res.company"].create({"name": "Windmill"})

    def test_values_that_are_not_allowed_are_refused(self):
        self.medium.allowed_values = "cpc\n\n Paid Social \n"
        with Form(self.env["conversion.link.builder"]) as form:
            form.page, form.source, form.campaign = "/", "fb", "x"
            form.medium = "banner"
            self.assertIn("use one of cpc, Paid Social", form.preview)
            form.medium = "PAID social"
            self.assertIn("utm_medium=paid_social", form.preview)

    def test_a_rule_that_cannot_write_its_own_values_is_refused(self):
        with self.assertRaisesRegex(UserError, "cannot be an allowed value"):
            self.medium.allowed_values = "реклама"
        self.medium.write({"alphabet": "letters", "allowed_values": "реклама"})
        with self.assertRaisesRegex(UserError, "cannot be an allowed value"):
            self.medium.alphabet = "plain"

    def test_a_companys_own_rule_takes_the_others_place(self):
        self.rules.create(
            {"parameter": "medium", "letter_case": "upper", "company_id": self.other_company.id}
        )
        self.assertEqual(self.rules._get_rules(self.env.company)["medium"].letter_case, "lower")
        self.assertEqual(self.rules._get_rules(self.other_company)["medium"].letter_case, "upper")

    def test_only_administrators_change_rules(self):
        manager = new_test_user(self.env, "rules", groups="conversion_tracking.group_manager")
        with self.assertRaises(AccessError):
            self.medium.with_user(manager).letter_case = "keep"
        self.assertEqual(self.medium.with_user(manager).example, "ete_sale_2026")
        chief = new_test_user(self.env, "chief", groups="conversion_tracking.group_administrator")
        with self.assertRaises(AccessError):
            self.medium.with_user(chief).company_id = self.other_company
