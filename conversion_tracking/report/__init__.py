from . import campaign_roi_report
from . import google_ads_coverage
from . import google_ads_coverage_events
