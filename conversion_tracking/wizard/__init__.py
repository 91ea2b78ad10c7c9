from . import conversion_click_import
from . import conversion_settings
from . import crm_lead_to_opportunity
from . import google_ads
