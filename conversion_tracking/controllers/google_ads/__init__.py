from . import google_ads_oauth
