from . import conversion_click_import
from . import google_ads_backfill
from . import google_ads_customer_choice, google_ads_customer_choice_line
