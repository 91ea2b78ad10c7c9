from . import campaign_roi_report
from . import google_ads
