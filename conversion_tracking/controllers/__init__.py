from . import board, dossier, export, touch, website_form
from . import google_ads
