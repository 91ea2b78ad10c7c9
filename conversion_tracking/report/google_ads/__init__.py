from . import google_ads_amounts_mixin
from . import google_ads_coverage
from . import google_ads_keyword_facts_mixin
from . import google_ads_keyword_report
from . import google_ads_comparison_facts_mixin
from . import google_ads_comparison
