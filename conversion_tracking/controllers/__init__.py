from . import google_ads_oauth, website_form
