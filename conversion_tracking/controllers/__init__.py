from . import board, touch, website_form
from . import google_ads
