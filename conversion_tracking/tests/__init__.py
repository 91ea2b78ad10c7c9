from . import test_capture, test_capture_fuzz, test_capture_roles, test_click_import
from . import test_capture_leftovers, test_capture_links, test_capture_referrals
from . import test_capture_visits
from . import test_conversion_credit, test_conversion_credit_histories
from . import test_conversion_journey, test_conversion_touchpoint
from . import test_lead_life, test_person_rules, test_visitor_tours, test_ways_in
from . import test_utm_mixin
from . import test_google_ads_account, test_google_ads_actions, test_google_ads_connecting
from . import test_google_ads_oauth, test_google_ads_secrets, test_google_ads_sign_in
from . import test_google_ads_tours
from . import test_google_ads_events, test_google_ads_outbox
from . import test_google_ads_delivery, test_google_ads_delivery_codes
from . import test_google_ads_delivery_faults, test_google_ads_corrections
from . import test_google_ads_delivery_overlap
from . import test_google_ads_eligibility, test_google_ads_exactly_once
from . import test_google_ads_histories, test_google_ads_reading, test_google_ads_workers
from . import test_google_ads_coverage, test_google_ads_health, test_google_ads_privacy
from . import test_google_ads_broken_actions, test_google_ads_screens, test_google_ads_stages
from . import test_google_ads_diagnostics, test_google_ads_suggestions
from . import test_google_ads_reading_changes, test_google_ads_reading_faults
from . import test_campaign_fixture
from . import test_campaign_revenue, test_campaign_roi, test_utm_campaign_cost
from . import test_lead_facts
from . import test_report_choices, test_report_days, test_source_report
from . import test_utm_campaign_cost_bill, test_utm_campaign_cost_paste
from . import test_utm_campaign_cost_rates, test_utm_campaign_cost_spread
from . import test_hoot
from . import test_conversion_other_site, test_other_sites, test_other_sites_browser
from . import test_conversion_alert, test_conversion_health, test_google_ads_alert
from . import test_accessibility
