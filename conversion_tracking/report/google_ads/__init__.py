from . import google_ads_coverage
from . import google_ads_keyword_report
