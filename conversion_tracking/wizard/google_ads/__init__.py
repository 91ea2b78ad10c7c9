from . import conversion_erasure
from . import google_ads_backfill
from . import google_ads_customer_choice
