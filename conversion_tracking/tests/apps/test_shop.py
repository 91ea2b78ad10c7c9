"""Orders of the web shop: whose visit, and whose first touch."""

import json

from odoo.tests import new_test_user, tagged

from .common import LAST_VISIT, LATER_AD, LINKEDIN_AD, LabCase

PASSWORD = "customer of the lab"


class ShopCase(LabCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.template"].create(
            {
                "name": "Lamp of the lab",
                "type": "service",
                "list_price": 0,
                "website_published": True,
                "taxes_id": False,
            }
        )
        cls.orders = cls.env["sale.order"]

    def add_to_cart(self):
        """Begin a cart in the browser in use; returns it."""
        before = self.orders.search([])
        values = {
            "product_template_id": self.product.id,
            "product_id": self.product.product_variant_id.id,
        }
        self.make_jsonrpc_request("/shop/cart/add", values)
        return self.orders.search([]) - before

    def give_address(self, email="ann@example.com"):
        answer = self.post(
            "/shop/address/submit",
            name="Ann",
            email=email,
            phone="+32499123456",
            street="Rue 1",
            city="Brussels",
            zip="1000",
            country_id=self.env.ref("base.be").id,
            address_type="billing",
            use_delivery_as_billing="true",
        )
        self.assertNotIn("invalid_fields", json.loads(answer.text))

    def place(self):
        """Place the order, which costs nothing."""
        self.url_open("/shop/payment/validate", allow_redirects=False)

    def come_by_later_ad(self, visitor):
        visitor.visit(f"/?{LATER_AD}")


@tagged("post_install", "-at_install")
class TestShop(ShopCase):
    def test_a_journey_in_the_browser(self):
        self.product.list_price = 12
        transfer = self.env.ref("payment.payment_provider_transfer")
        transfer.write({"state": "enabled", "is_published": True})
        transfer._transfer_ensure_pending_msg_is_set()
        self.tour("apps_shop")
        order = self.orders.search([("partner_id.email", "=", "ann@example.com")])
        self.assertEqual(order.state, "sent")
        self.assertUTM(order, *LAST_VISIT)
        self.assertEqual(order.last_touch_id.gclid, "Cj0-LAB_1")
        customer = order.partner_id
        self.assertTouch(customer.first_touch_id, source="linkedin", campaign="webinar")
        self.assertTouch(customer.lead_creation_touch_id, source="google", campaign="spring")
        self.assertEqual(customer.google_touch_id, order.last_touch_id)
        conversions = customer.journey_ids.filtered(lambda touch: touch.kind == "conversion")
        self.assertEqual(conversions.mapped("form"), ["Sales Order", "Contact"])

    def test_an_abandoned_cart_writes_nothing(self):
        before = self.count_records()
        self.come_twice()
        cart = self.add_to_cart()
        self.assertTrue(cart.website_id)
        self.url_open("/shop/cart")
        self.assertUTM(cart)
        self.assertFalse(cart.last_touch_id)
        self.assertEqual(self.count_records(), before)

    def test_refused_cookies(self):
        sources = self.env["utm.source"].search([])
        self.come_without_consent()
        order = self.add_to_cart()
        self.give_address()
        self.place()
        self.assertEqual(order.state, "sale")
        self.assertUTM(order)
        self.assertFalse(order.last_touch_id)
        self.assertFalse(order.partner_id.first_touch_id)
        self.assertEqual(set(order.partner_id.journey_ids.mapped("consent")), {"denied"})
        self.assertEqual(self.env["utm.source"].search([]), sources)

    def test_who_came_without_marketing_is_a_direct_customer(self):
        visitor = self.visitor()
        visitor.visit("/shop")
        order = self.add_to_cart()
        self.give_address()
        self.place()
        self.assertUTM(order)
        self.assertEqual(order.partner_id.first_touch_channel, "direct")

    def test_who_comes_back_by_another_ad_to_pay(self):
        visitor = self.come_twice()
        order = self.add_to_cart()
        self.give_address()
        self.assertUTM(order, *LAST_VISIT)
        self.come_by_later_ad(visitor)
        self.place()
        self.assertEqual(order.state, "sale")
        self.assertUTM(order, "bing", "cpc", "autumn")
        self.assertTouch(order.partner_id.lead_creation_touch_id, source="google")
        kinds = order.partner_id.journey_ids.mapped("kind")
        self.assertEqual((kinds.count("visit"), kinds.count("conversion")), (3, 2))

    def test_a_payment_that_is_reported_later(self):
        self.come_twice()
        order = self.add_to_cart()
        self.give_address()
        order.action_confirm()
        [conversion] = order.partner_id.journey_ids.filtered(
            lambda touch: touch.form == "Sales Order"
        )
        self.assertTouch(conversion, kind="conversion", source="google", gclid="Cj0-LAB_1")

    def test_a_customer_who_was_a_lead(self):
        visitor = self.visitor()
        visitor.visit(f"/?{LINKEDIN_AD}")
        visitor.wait(days=1)
        lead = visitor.submit_contact_form("ann@example.com")
        self.come_by_later_ad(visitor)
        order = self.add_to_cart()
        self.give_address()
        self.place()
        self.assertUTM(order, "bing", "cpc", "autumn")
        self.assertEqual(order.partner_id.first_touch_id, lead.first_touch_id)
        self.assertEqual(order.partner_id.lead_creation_touch_id, lead.lead_creation_touch_id)

    def test_a_customer_who_is_logged_in(self):
        customer = new_test_user(
            self.env,
            "customer",
            groups="base.group_portal",
            password=PASSWORD,
            email="ann@example.com",
            street="Rue 1",
            city="Brussels",
            zip="1000",
            phone="+32499123456",
            country_id=self.env.ref("base.be").id,
        )
        customer.partner_id.create_date = "2020-01-01"
        self.authenticate("customer", PASSWORD)
        self.browser_in_use().visit(f"/?{LATER_AD}")
        order = self.add_to_cart()
        self.assertUTM(order)
        self.place()
        self.assertEqual((order.state, order.partner_id), ("sale", customer.partner_id))
        self.assertUTM(order, "bing", "cpc", "autumn")
        self.assertFalse(customer.partner_id.first_touch_id)
        self.assertEqual(customer.partner_id.journey_ids.mapped("kind"), ["conversion", "visit"])

    def test_an_employee_places_the_order(self):
        before = self.count_records()
        self.authenticate("admin", "admin")
        visitor = self.browser_in_use()
        visitor.visit(f"/?{LINKEDIN_AD}")
        values = {"partner_id": self.env["res.partner"].search([], limit=1).id}
        [order_id] = self.make_jsonrpc_request(
            "/web/dataset/call_kw/sale.order/create",
            {"model": "sale.order", "method": "create", "args": [[values]], "kwargs": {}},
        )
        order = self.orders.browse(order_id)
        order.action_confirm()
        self.assertUTM(order)
        self.assertEqual(self.count_records(), before)

    def test_an_order_of_an_opportunity_keeps_its_values(self):
        lead = self.leads.create(
            {"name": "Roof", "landing_url": f"https://example.com/?{LINKEDIN_AD}"}
        )
        visitor = self.come_twice()
        order = self.add_to_cart()
        order.write({"opportunity_id": lead.id, "source_id": lead.source_id.id})
        self.give_address()
        self.place()
        self.assertEqual(order.source_id, lead.source_id)
        self.assertTrue(visitor.touches)
