from . import conversion_click_import
from . import conversion_settings
from . import conversion_link_test
from . import crm_lead_to_opportunity
from . import utm_campaign_cost_bill
from . import utm_campaign_cost_paste
from . import utm_campaign_cost_spread
from . import google_ads
