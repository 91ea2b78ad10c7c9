"""What other apps keep of a source, medium or campaign stays when those are merged."""

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestMerging(TransactionCase):
    def test_a_mailing_keeps_its_name(self):
        mailing = self.env["mailing.mailing"].create({"subject": "Spring", "name": "Spring letter"})
        news = self.env["utm.source"].create({"name": "news"})
        with self.assertRaisesRegex(UserError, "'Spring letter' is also the name of a record"):
            self.env["utm.merger"]._merge(news, mailing.source_id)
        self.env["utm.merger"]._merge(mailing.source_id, news)
        self.assertEqual(mailing.name, "Spring letter")

    def test_mailings_and_registrations_go_along(self):
        medium = self.env["utm.medium"].create({"name": "letters"})
        campaign = self.env["utm.campaign"].create({"title": "The fair"})
        values = {"medium_id": medium.id, "campaign_id": campaign.id}
        mailing = self.env["mailing.mailing"].create({"subject": "Spring", **values})
        event = self.env["event.event"].create(
            {"name": "Fair", "date_begin": "2026-12-01", "date_end": "2026-12-02"}
        )
        registration = self.env["event.registration"].create(
            {"event_id": event.id, "name": "Ann", "utm_campaign_id": campaign.id}
        )
        letter = self.env["utm.medium"].create({"name": "letter"})
        fair = self.env["utm.campaign"].create({"title": "Fair"})
        self.env["utm.merger"]._merge(letter, medium)
        self.env["utm.merger"]._merge(fair, campaign)
        self.assertEqual((mailing.medium_id, mailing.campaign_id), (letter, fair))
        self.assertEqual(registration.utm_campaign_id, fair)
