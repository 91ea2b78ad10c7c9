from . import board, dossier, export, other_site, touch, website_form
from . import google_ads
