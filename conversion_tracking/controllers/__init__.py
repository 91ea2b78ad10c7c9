from . import board, export, other_site, touch, website_form
from . import google_ads
