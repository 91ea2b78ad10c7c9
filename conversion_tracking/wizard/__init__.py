from . import conversion_click_import
from . import conversion_settings
from . import google_ads
