"""What Google leaves unsaid, as named switches with the default we think most likely.

A test that depends on one of these says so by setting it. Quotas and ages that Google
does publish are here too, so that a test can make them small.
"""

DEFAULTS = {
    # -- published by Google, adjustable to keep tests short ------------------------------
    # developers.google.com/data-manager/api/devguides/limits
    "data_manager_per_minute": 300,
    "data_manager_per_day": 100_000,
    # developers.google.com/google-ads/api/docs/api-policy/access-levels; None: by level
    "ads_operations_per_day": None,
    "search_page_rows": 10_000,
    "stream_batch_rows": 10_000,
    "token_minutes": 60,
    "click_minimum_hours": 6,
    "action_minimum_hours": 6,
    "processing_minutes": 30,
    "status_kept_days": 50,
    "adjustment_days": 54,
    # -- assumptions ----------------------------------------------------------------------
    # JWT times are compared with the moved clock ("sandbox"), the machine's ("machine")
    # or accepted when either agrees: moving the sandbox's clock does not move a client's.
    "jwt_clock": "either",
    # What the consent page does: "grant", "deny", or "ask" (a page with two buttons).
    "consent": "grant",
    # Scopes the user leaves ticked; None: all that were asked for.
    "consent_scopes": None,
    # Row indices in a request's status exist since REST v1.9; "v1.8" leaves them out.
    "data_manager_profile": "v1.9",
    "value_zero_allowed": True,
    "future_minutes_allowed": 5,
    "event_maximum_days": 90,
    "identifier_maximum_days": 63,
    "upper_case_hash_refused": True,
    # Countries whose people need an explicit consent signal (EEA, UK, Switzerland).
    "consent_countries": (
        "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI "
        "SK GB CH"
    ),
    # A well-formed but unknown click id: found damaged ("unparseable") or not found.
    "unknown_click": "not_found",
    "gclid_with_wbraid_refused": True,
    "duplicate_click_per_action": True,
    # How an upload counts against the daily operations: once per "request" or per "row".
    "upload_counts_per": "request",
    "removed_action_keeps_name": False,
    "adjustments_per_conversion": 100,
    # Whether adjustments, too, are only for projects that may use the old upload.
    "adjustments_closed": True,
    "data_manager_conversions_adjustable": False,
    # Share of a day's uploads that must be taken for these statuses of the upload diagnostics.
    "diagnostics_excellent_from": 0.95,
    "diagnostics_good_from": 0.8,
    # Keep the bodies of requests (compressed) for privacy checks.
    "keep_requests": True,
}


class Switches:
    """The switches' present values, read as attributes."""

    def __init__(self):
        self.reset()

    def reset(self):
        """Put every switch back to its default."""
        self.__dict__.update(DEFAULTS)

    def set(self, name, value):
        """Set one switch.

        :raise KeyError: no switch has this name
        """
        if name not in DEFAULTS:
            raise KeyError(f"no switch {name!r}; there are {', '.join(sorted(DEFAULTS))}")
        self.__dict__[name] = value
