from . import conversion_report_mixin
from . import campaign_facts_mixin
from . import campaign_roi_report
from . import campaign_response_report
from . import won_deals_mixin
from . import conversion_credit_report
from . import conversion_deal_report
from . import google_ads
