from . import google_ads_coverage
