from odoo.tests import tagged

from .common import JourneyCase


@tagged("post_install", "-at_install")
class TestPersonRules(JourneyCase):
    def test_a_typed_lead_came_offline(self):
        lead = self.env["crm.lead"].create({"name": "Phone call", "email_from": "bo@example.com"})
        self.assertTouch(lead.lead_creation_touch_id, channel="offline", source="automatic")
        self.assertEqual(lead.first_touch_id, lead.lead_creation_touch_id)
        self.assertFalse(lead.source_id)
