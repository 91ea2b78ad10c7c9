from . import touch, website_form
from . import google_ads
