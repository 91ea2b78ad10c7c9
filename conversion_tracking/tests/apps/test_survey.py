"""Answers to a survey that make a lead."""

from odoo.tests import tagged

from .common import LabCase


@tagged("post_install", "-at_install")
class TestSurvey(LabCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls.env["survey.survey"].create(
            {
                "title": "Poll of the lab",
                "access_token": "poll-of-the-lab",
                "access_mode": "public",
                "questions_layout": "one_page",
                "question_and_page_ids": [
                    (
                        0,
                        0,
                        {
                            "title": "Your e-mail",
                            "question_type": "char_box",
                            "validation_email": True,
                        },
                    ),
                    (
                        0,
                        0,
                        {
                            "title": "May we call you?",
                            "question_type": "simple_choice",
                            "suggested_answer_ids": [
                                (0, 0, {"value": "Yes", "generate_lead": True}),
                                (0, 0, {"value": "No"}),
                            ],
                        },
                    ),
                ],
            }
        )

    def answer(self):
        """Answer yes in the browser in use; returns the lead."""
        self.url_open(f"/survey/start/{self.survey.access_token}")
        answers = self.env["survey.user_input"].search([("survey_id", "=", self.survey.id)])
        path = f"{self.survey.access_token}/{answers.access_token}"
        self.make_jsonrpc_request(f"/survey/begin/{path}", {})
        email, call = self.survey.question_ids
        values = {str(email.id): "ann@example.com", str(call.id): call.suggested_answer_ids[0].id}
        self.make_jsonrpc_request(f"/survey/submit/{path}", values)
        return answers.lead_id

    def test_a_journey_in_the_browser(self):
        self.tour("apps_survey")
        lead = self.leads.search([("origin_survey_id", "=", self.survey.id)])
        self.assertBroughtByGoogle(lead)

    def test_without_marketing_the_survey_is_the_source(self):
        self.visitor()
        lead = self.answer()
        self.assertUTM(lead, source="poll of the lab", medium="survey")
        self.assertEqual(lead.first_touch_source_id.name, "Poll of the lab")

    def test_refused_cookies(self):
        self.come_without_consent()
        lead = self.answer()
        self.assertEqual((lead.consent, lead.first_touch_id.id), ("denied", False))
        self.assertUTM(lead, source="poll of the lab", medium="survey")

    def test_opening_a_survey_writes_nothing(self):
        before = self.count_records()
        self.come_twice()
        self.url_open(f"/survey/start/{self.survey.access_token}")
        self.assertEqual(self.count_records(), before)
