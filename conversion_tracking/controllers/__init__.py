from . import board, export, touch, website_form
from . import google_ads
