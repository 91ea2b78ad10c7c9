from . import conversion_health
from . import conversion_setup
from . import conversion_self_test
from . import conversion_erasure
from . import google_ads_backfill
from . import google_ads_customer_choice
