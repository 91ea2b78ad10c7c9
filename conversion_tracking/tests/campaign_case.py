"""Campaigns with costs and leads, and the people who look at them."""

from odoo import fields
from odoo.tests import TransactionCase, new_test_user

PEOPLE = {
    "employee": "base.group_user",
    "salesperson": "sales_team.group_sale_salesman",
    "sales_all": "sales_team.group_sale_salesman_all_leads",
    "sales_manager": "sales_team.group_sale_manager",
    "marketing": "conversion_tracking.group_user",
    "marketing_manager": "conversion_tracking.group_manager",
}


class CampaignCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaigns = cls.env["utm.campaign"]
        cls.report = cls.env["campaign.roi.report"]
        cls.company = cls.env.company
        cls.open_stage = cls.env["crm.stage"].create({"name": "Talking"})
        cls.won_stage = cls.env["crm.stage"].create({"name": "Signed", "is_won": True})
        cls.people = {
            name: new_test_user(cls.env, f"roi_{name}", groups=f"base.group_user,{groups}")
            for name, groups in PEOPLE.items()
        }

    @classmethod
    def make_campaign(cls, title, *costs, **values):
        """A campaign with one cost line for each actual amount."""
        campaign = cls.campaigns.create({"title": title, **values})
        for amount in costs:
            cls.add_cost(campaign, amount)
        return campaign

    @classmethod
    def add_cost(cls, campaign, actual=0, **values):
        return cls.env["utm.campaign.cost"].create(
            {"campaign_id": campaign.id, "name": "Ads", "actual_amount": actual, **values}
        )

    @classmethod
    def make_lead(cls, campaign, revenue=0, **values):
        return cls.env["crm.lead"].create(
            {
                "name": "Question",
                "type": "opportunity",
                "campaign_id": campaign.id if campaign else False,
                "expected_revenue": revenue,
                "user_id": False,
                "team_id": False,
                "company_id": cls.company.id,
                **values,
            }
        )

    @classmethod
    def win(cls, campaign, revenue, **values):
        """A won deal of the campaign."""
        lead = cls.make_lead(campaign, revenue, **values)
        lead.stage_id = cls.won_stage
        return lead

    @classmethod
    def set_created(cls, lead, moment):
        """Let a lead have come in at ``moment``, in UTC."""
        lead.flush_recordset()
        cls.env.cr.execute("UPDATE crm_lead SET create_date = %s WHERE id = %s", (moment, lead.id))
        lead.invalidate_recordset()

    @classmethod
    def set_rates(cls, currency, rates, company=None):
        """Units of ``currency`` for one of the company's, by day."""
        currency.active = True
        currency.rate_ids.unlink()
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": currency.id,
                    "company_id": (company or cls.company).id,
                    "name": fields.Date.to_date(day),
                    "rate": rate,
                }
                for day, rate in rates.items()
            ]
        )

    def assertMeasures(self, campaign, **expected):
        """Compare what is shown of a campaign; ``False`` is an empty cell."""
        campaign.invalidate_recordset()
        shown = {name: campaign[name] for name in expected}
        for name, value in expected.items():
            if value is False or shown[name] is False:
                self.assertIs(shown[name], value, name)
            else:
                self.assertAlmostEqual(shown[name], value, 2, name)
