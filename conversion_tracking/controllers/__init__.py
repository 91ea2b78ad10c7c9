from . import google_ads_oauth, touch, website_form
