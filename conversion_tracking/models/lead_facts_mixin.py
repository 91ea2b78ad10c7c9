from odoo import models


class LeadFactsMixin(models.AbstractModel):
    """What reports read of leads, a million of them and more.

    Each index holds what questions about its day ask for, so that they are answered without
    looking at the leads themselves, whose rows are many times as wide. A salesperson's own leads
    are among them, too.
    """

    _name = "lead.facts.mixin"
    _description = "Facts of a Lead"

    # What a campaign brought, and how many leads share what it cost.
    _conversion_campaign_idx = models.Index(
        "(campaign_id, company_id) INCLUDE (id, create_date, qualified_at, date_conversion,"
        " won_status, won_at, date_closed, expected_revenue)"
    )
    _conversion_created_idx = models.Index(
        "(create_date) INCLUDE (id, company_id, team_id, user_id, campaign_id, source_id,"
        " medium_id, lead_creation_channel, lead_creation_touch_id, google_touch_id, consent,"
        " expected_revenue, qualified_at, date_conversion, won_status, won_at, date_closed)"
    )
    _conversion_opened_idx = models.Index(
        "(COALESCE(date_conversion, create_date)) INCLUDE (company_id, team_id, user_id, source_id,"
        " expected_revenue, active, won_status, won_at, date_closed, date_conversion, create_date)"
        " WHERE type = 'opportunity'"
    )
    # The database guesses from it, too, how many were qualified in a few months.
    _conversion_qualified_idx = models.Index(
        "(COALESCE(qualified_at, date_conversion)) INCLUDE (id, company_id, team_id, user_id,"
        " campaign_id, source_id, medium_id, lead_creation_channel, lead_creation_touch_id,"
        " google_touch_id, consent, qualified_at, date_conversion, create_date)"
        " WHERE COALESCE(qualified_at, date_conversion) IS NOT NULL"
    )
    _conversion_won_idx = models.Index(
        "(COALESCE(won_at, date_closed, create_date)) INCLUDE (id, company_id, team_id, user_id,"
        " campaign_id, source_id, medium_id, lead_creation_channel, lead_creation_touch_id,"
        " google_touch_id, consent, expected_revenue, won_at, date_closed, create_date)"
        " WHERE won_status = 'won'"
    )
    _conversion_lost_idx = models.Index(
        "(COALESCE(date_closed, create_date)) INCLUDE (company_id, team_id, user_id, type,"
        " expected_revenue, date_closed, create_date) WHERE won_status = 'lost'"
    )
