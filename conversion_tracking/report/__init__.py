from . import campaign_roi_report
