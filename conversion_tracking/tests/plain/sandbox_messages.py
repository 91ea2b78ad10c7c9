"""Small pieces of Google's messages that the sandbox's contract tests make and read."""

from datetime import timedelta, timezone


def ads_account(account_id, account_type="GOOGLE_ADS"):
    """Return an account of a Data Manager destination."""
    return {"accountType": account_type, "accountId": account_id}


def ago(sandbox, **delta):
    """Return the sandbox's time so long ago, as the Data Manager API writes times."""
    return (sandbox.now() - timedelta(**delta)).isoformat()


def date_time(moment):
    """Return an aware datetime as the Google Ads API writes times."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S+00:00")


def failure_names(failure):
    """Return a failure's codes as ``family.NAME``; a number where the name is unknown."""
    names = []
    for entry in failure.errors:
        family = type(entry.error_code).pb(entry.error_code).WhichOneof("error_code")
        value = getattr(entry.error_code, family)
        names.append(f"{family}.{getattr(value, 'name', value)}")
    return names


def row_errors(response, rows_field):
    """Return {row: [codes]} of a response's partial failure; row ``None``: not told."""
    from google.ads.googleads.v26.errors.types.errors import GoogleAdsFailure

    status = response.partial_failure_error
    assert len(status.details) <= 1  # Google puts all rows into one failure
    rows = {}
    for detail in status.details:
        failure = GoogleAdsFailure.deserialize(detail.value)
        for error, name in zip(failure.errors, failure_names(failure), strict=True):
            elements = error.location.field_path_elements
            row = next((e.index for e in elements if e.field_name == rows_field), None)
            rows.setdefault(row, []).append(name)
    return rows
