from . import conversion_click_import
from . import google_ads
