"""Leads that a robot makes in a chat."""

from odoo.tests import tagged

from .common import LabCase


@tagged("post_install", "-at_install")
class TestLivechat(LabCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.robot = cls.env["chatbot.script"].create({"title": "Robot of the lab"})
        steps = {
            "free_input_single": "How can I help you?",
            "question_email": "What is your e-mail?",
            "create_lead": "We will call you.",
        }
        cls.env["chatbot.script.step"].create(
            [
                {"chatbot_script_id": cls.robot.id, "step_type": kind, "message": message}
                for kind, message in steps.items()
            ]
        )
        rule = {"regex_url": "/", "chatbot_script_id": cls.robot.id}
        cls.channel = cls.env["im_livechat.channel"].create(
            {"name": "Channel of the lab", "rule_ids": [(0, 0, rule)]}
        )
        cls.website.channel_id = cls.channel

    def chat(self):
        """Answer the robot in the browser in use; returns the lead."""
        session = self.make_jsonrpc_request(
            "/im_livechat/get_session",
            {"channel_id": self.channel.id, "chatbot_script_id": self.robot.id},
        )
        channel_id = session["channel_id"]
        for answer in ("A question", "ann@example.com"):
            self.make_jsonrpc_request(
                "/mail/message/post",
                {
                    "thread_model": "discuss.channel",
                    "thread_id": channel_id,
                    "post_data": {"body": answer, "message_type": "comment"},
                },
            )
            self.make_jsonrpc_request(
                "/chatbot/step/trigger",
                {"channel_id": channel_id, "chatbot_script_id": self.robot.id},
            )
        return self.leads.search([("origin_channel_id", "=", channel_id)])

    def test_a_journey_in_the_browser(self):
        self.tour("apps_livechat")
        lead = self.leads.search([("origin_channel_id", "in", self.channel.channel_ids.ids)])
        self.assertBroughtByGoogle(lead)

    def test_refused_cookies(self):
        self.come_without_consent()
        lead = self.chat()
        self.assertEqual(lead.lead_creation_channel, "offline")
        self.assertEqual(lead.source_id, self.robot.source_id)
        self.assertFalse(lead.campaign_id)

    def test_an_operator_makes_the_lead(self):
        self.come_twice()
        channel = self.env["discuss.channel"].search([], limit=1)
        lead = self.leads.create({"name": "Question", "origin_channel_id": channel.id})
        self.assertEqual(lead.lead_creation_channel, "offline")
        self.assertEqual(lead.lead_creation_source_id.name, "Live chat")
