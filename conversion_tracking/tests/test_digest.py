"""The main key figures in Odoo's digest e-mail."""

from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .kpi_case import KpiCase

FIGURES = {
    "kpi_conversion_deals_won": 1,
    "kpi_conversion_won_amount": 300,
    "kpi_conversion_win_rate": 50,
    "kpi_conversion_pipeline": 500,
}


@tagged("post_install", "-at_install")
class TestDigest(KpiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_past("ann", "2026-03-10 12:00", "", 500)
        cls.make_past("bob", "2026-03-01 12:00", "won", 300, won_at="2026-03-11 08:00")
        cls.make_past("cas", "2026-03-01 12:00", "lost", 100, date_closed="2026-03-11 09:00")
        cls.make_past("dan", "2026-03-01 12:00", "won", 999, won_at="2026-03-12 18:00")
        other = cls.env["res.company"].create({"name": "Other"})
        eve = cls.make_past("eve", "2026-03-01 12:00", "won", 40, won_at="2026-03-11 08:00")
        eve.write({"company_id": other.id, "user_id": False})
        cls.env.flush_all()
        cls.other = other
        cls.digest = cls.env["digest.digest"].create(
            {"name": "Numbers", "company_id": cls.company.id, **dict.fromkeys(FIGURES, True)}
        )

    def values(self, user, digest=None):
        digest = (
            (digest or self.digest)
            .with_user(user)
            .with_context(
                start_datetime=datetime(2026, 3, 11, 6), end_datetime=datetime(2026, 3, 12, 6)
            )
        )
        return {name: digest[f"{name}_value"] for name in FIGURES}

    def test_they_are_those_of_the_board(self):
        # dan is won after the time of the digest: until then his deal was open
        self.assertEqual(
            self.values(self.manager), {**FIGURES, "kpi_conversion_pipeline": 500 + 999}
        )

    def test_they_are_of_the_digests_company(self):
        self.manager.company_ids |= self.other
        digest = self.digest.copy({"company_id": self.other.id})
        self.assertEqual(self.values(self.manager, digest)["kpi_conversion_won_amount"], 40)

    def test_they_are_not_for_everybody(self):
        with self.assertRaises(AccessError):
            self.values(self.people["employee"])

    def test_a_figure_that_is_gone_does_not_stop_the_mail(self):
        self.kpis.search([("code", "=", "win_rate")]).unlink()
        self.assertEqual(self.values(self.manager)["kpi_conversion_win_rate"], 0)

    def test_they_stand_in_the_mail(self):
        kpis = self.digest.with_user(self.manager)._compute_kpis(self.company, self.manager)
        named = {kpi["kpi_name"]: kpi for kpi in kpis}
        self.assertLessEqual(FIGURES.keys(), named.keys())
        self.assertTrue(all(named[name]["kpi_action"] for name in FIGURES))

    def test_they_are_in_the_form(self):
        form = Form(self.digest.with_user(self.env.ref("base.user_admin")))
        form.kpi_conversion_win_rate = False
        self.assertFalse(form.save().kpi_conversion_win_rate)
