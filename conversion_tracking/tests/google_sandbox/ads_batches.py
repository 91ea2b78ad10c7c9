"""What the two upload services have in common: batches of rows that fail one by one.

Sources: ``conversion_upload_service.py`` and ``conversion_adjustment_upload_service.py`` in
the library; developers.google.com/google-ads/api/docs/best-practices/partial-failures.
"""

import random
import re
from collections import Counter
from datetime import datetime, timedelta

from .failures import AdsError, partial_failure, refuse

MAX_ROWS = 2000
MAX_IDENTIFIERS = 5
ACTION_NAME = re.compile(r"customers/\d{10}/conversionActions/(\d+)", re.ASCII)
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d", re.ASCII)


class RowErrors:
    """Collects the errors of one row."""

    def __init__(self, rows_field, row):
        self._place = (rows_field, row)
        self.found = []

    def add(self, code, field=None, trigger=None):
        """Note an error, at a dotted field of the row if given."""
        path = (self._place, *(field.split(".") if field else ()))
        self.found.append(AdsError(code, path=path, trigger=trigger))

    def missing(self, field):
        """Note that a required field is missing."""
        self.add("field_error.REQUIRED", field)


def run(call, request, account, *, rows_field, family, too_many, row_class, order_id_of):
    """Check a batch, carry out the rows that are right, and fill the response.

    :param account: the request's customer, checked already
    :param rows_field: name of the repeated field with the rows
    :param family: error enum of this service, as the field of ``ErrorCode``
    :param too_many: that enum's name for too many rows
    :param row_class: called with (call, customer id); its ``check(row, errors)`` notes
        errors and returns what ``carry_out(row, checked)`` needs; ``duplicates(rows)``
        returns {row number: error code}; ``describe(row, result)`` fills a result
    :return: (status or ``None``, function that fills ``results``, job id)
    :raise RequestRefused: the batch as a whole is not acceptable
    """
    rows = getattr(request, rows_field)
    _check_request(call, request, rows, rows_field, family, too_many)
    per_row = call.sandbox.switches.upload_counts_per == "row"
    call.sandbox.access.count(account, len(rows) if per_row else 1)

    handler = row_class(call, request.customer_id)
    injected = dict(
        call.sandbox.faults.for_events("google_ads", call.method, [order_id_of(r) for r in rows])
    )
    duplicates = handler.duplicates(rows)
    errors, accepted = [], {}
    for number, row in enumerate(rows):
        found = RowErrors(rows_field, number)
        if number in duplicates:
            found.add(duplicates[number])
        checked = handler.check(row, found)
        if number in injected:
            options = injected[number].options
            where = ((rows_field, number),) if options.get("indexed", True) else ()
            found.found = [AdsError(options["code"], "Injected by the sandbox.", where)]
        if not found.found:
            accepted[number] = checked
            if not request.validate_only:
                handler.carry_out(row, checked)
        elif not request.validate_only:
            handler.note_refusal(row, found.found[0].name)
        errors.extend(found.found)
    status = partial_failure(errors, call.request_id) if errors else None

    def fill(results):
        for number, row in enumerate(rows if not request.validate_only else ()):
            result = results.add()
            if number in accepted:
                handler.describe(row, result)

    job_id = request.job_id if request.HasField("job_id") else random.randrange(2**31, 2**63)
    return status, fill, job_id


def _check_request(call, request, rows, rows_field, family, too_many):
    if not request.partial_failure:
        refuse("partial_failure_error.PARTIAL_FAILURE_MODE_REQUIRED", path=("partial_failure",))
    if not rows:
        refuse("field_error.REQUIRED", path=(rows_field,))
    if len(rows) > MAX_ROWS:
        refuse(f"{family}.{too_many}", path=(rows_field,))
    if request.HasField("job_id") and request.job_id < 1:
        refuse(f"{family}.INVALID_JOB_ID", path=("job_id",))


def refuse_unless_allowed(call, allowed):
    """Refuse a project that Google does not let use this service.

    :raise RequestRefused: ``CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE``
    """
    if not allowed:
        refuse(
            "not_allowlisted_error.CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE",
            "New integrations for uploading click conversions should use the Data Manager API. "
            f"Usage of ConversionUploadService.{call.method} is limited to existing users.",
        )


def repeated_keys(keys):
    """Return the positions of keys that occur more than once; ``None`` keys never do."""
    counts = Counter(key for key in keys if key is not None)
    return [position for position, key in enumerate(keys) if counts[key] > 1]


def moment(text, field, errors, latest):
    """Return a ``yyyy-mm-dd hh:mm:ss+hh:mm`` text as aware datetime, or note an error.

    :param latest: the last moment accepted
    """
    value = parsed_moment(text)
    if value is None:
        errors.add("date_error.INVALID_STRING_DATE_TIME_SECONDS_WITH_OFFSET", field, trigger=text)
    elif value > latest:
        errors.add("date_error.LATER_THAN_MAXIMUM_DATE", field, trigger=text)
    return value


def parsed_moment(text):
    """Return such a text as aware datetime; ``None`` if it is none."""
    try:
        return datetime.fromisoformat(text) if _DATE_TIME.fullmatch(text) else None
    except ValueError:
        return None


def latest_moment(sandbox):
    """Return the last moment that an event may carry."""
    return sandbox.clock.now() + timedelta(minutes=sandbox.switches.future_minutes_allowed)


def find_action(call, customer_id, row, family, errors):
    """Return (owner, action id, action) of a row, or ``None`` after noting an error.

    The customer id inside the resource name is ignored, as Google documents.
    """
    if not row.conversion_action:
        errors.missing("conversion_action")
        return None
    match = ACTION_NAME.fullmatch(row.conversion_action)
    if not match:
        errors.add("request_error.RESOURCE_NAME_MALFORMED", "conversion_action")
        return None
    world = call.world
    owner, action = world.action(match[1])
    # The conversion customer itself, its managers and the accounts that it serves.
    related = owner is not None and (
        world.manages(customer_id, owner) or world.conversion_customer(customer_id) == owner
    )
    if not related or action["status"] != "ENABLED":
        errors.add(f"{family}.NO_CONVERSION_ACTION_FOUND", "conversion_action")
        return None
    return owner, match[1], action


def is_too_new(sandbox, action):
    """Tell whether a conversion action was made too recently for uploads."""
    age = sandbox.clock.now() - action["created"]
    return age < timedelta(hours=sandbox.switches.action_minimum_hours)
