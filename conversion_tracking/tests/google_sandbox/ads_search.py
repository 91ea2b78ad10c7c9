"""``GoogleAdsService.Search`` and ``SearchStream``; the list of accessible customers.

Sources: developers.google.com/google-ads/api/docs/query/overview, .../reporting/paging,
.../fields/latest/click_view; ``QueryError`` and ``ClickViewError`` in the library.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from google.ads.googleads.v26.services.types import customer_service, google_ads_service

from . import ads_ad_groups, ads_diagnostics, ads_fields, ads_rows, gaql
from .failures import refuse

_ROWS = {
    "customer": ads_rows.customers,
    "customer_client": ads_rows.customer_clients,
    "conversion_action": ads_rows.conversion_actions,
    "campaign": ads_rows.campaigns,
    "ad_group": ads_ad_groups.ad_groups,
    "ad_group_ad": ads_ad_groups.ad_group_ads,
    "geo_target_constant": ads_rows.geo_targets,
    "click_view": ads_rows.click_views,
    "offline_conversion_upload_client_summary": ads_diagnostics.client_summaries,
    "offline_conversion_upload_conversion_action_summary": ads_diagnostics.action_summaries,
}
_CLICK_VIEW_DAYS = 90
_COMPARE = {
    "=": lambda value, wanted: value == wanted[0],
    "!=": lambda value, wanted: value != wanted[0],
    "<": lambda value, wanted: value < wanted[0],
    "<=": lambda value, wanted: value <= wanted[0],
    ">": lambda value, wanted: value > wanted[0],
    ">=": lambda value, wanted: value >= wanted[0],
    "IN": lambda value, wanted: value in wanted,
    "NOT IN": lambda value, wanted: value not in wanted,
    "BETWEEN": lambda value, wanted: wanted[0] <= value <= wanted[1],
}


@dataclass
class _Plan:
    """A checked query: what to select, filter, group and sort.

    ``first_day`` and ``last_day`` are ISO dates or ``None``; ``conditions`` holds
    (path, operator, values in the field's type).
    """

    query: gaql.Query
    conditions: list
    uses_days: bool
    first_day: str | None = None
    last_day: str | None = None

    @property
    def single_day(self):
        """The one day that the query is limited to, or ``None``."""
        return self.first_day if self.first_day == self.last_day else None


def list_accessible_customers(call, request):
    """Return the customers that the caller can reach without a manager."""
    accounts = call.world.state["identities"][call.email]["accounts"]
    return customer_service.ListAccessibleCustomersResponse.pb()(
        resource_names=[f"customers/{account_id}" for account_id in accounts]
    )


def search(call, request):
    """Answer ``Search``: one page, and a token for the next."""
    account = call.sandbox.access.check_customer(call, request.customer_id)
    if request.page_size:
        refuse("request_error.PAGE_SIZE_NOT_SUPPORTED")
    offset = _page_offset(request)
    if not request.page_token:
        call.sandbox.access.count(account, 1)
    rows, mask = _run(call, request.customer_id, request.query)
    response = google_ads_service.SearchGoogleAdsResponse.pb()()
    if request.validate_only:
        return response
    size = call.sandbox.switches.search_page_rows
    response.results.extend(rows[offset : offset + size])
    response.field_mask.paths.extend(mask)
    if request.search_settings.return_total_results_count:
        response.total_results_count = len(rows)
    if len(rows) > offset + size:
        response.next_page_token = _page_token(request, offset + size)
    return response


def search_stream(call, request):
    """Yield the batches of ``SearchStream``."""
    account = call.sandbox.access.check_customer(call, request.customer_id)
    call.sandbox.access.count(account, 1)
    rows, mask = _run(call, request.customer_id, request.query)
    size = call.sandbox.switches.stream_batch_rows
    for offset in range(0, len(rows), size) or (0,):
        response = google_ads_service.SearchGoogleAdsStreamResponse.pb()(
            results=rows[offset : offset + size], request_id=call.request_id
        )
        response.field_mask.paths.extend(mask)
        yield response


def _page_token(request, offset):
    digest = hashlib.sha256(f"{request.customer_id} {request.query}".encode()).hexdigest()[:16]
    return base64.urlsafe_b64encode(f"{digest}:{offset}".encode()).decode()


def _page_offset(request):
    if not request.page_token:
        return 0
    try:
        offset = int(base64.urlsafe_b64decode(request.page_token).partition(b":")[2])
    except ValueError:
        offset = None
    if offset is None or request.page_token != _page_token(request, offset):
        refuse("request_error.INVALID_PAGE_TOKEN")
    return offset


def _run(call, customer_id, text):
    """Return (row messages, selected paths) of a query."""
    plan = _plan(call, customer_id, gaql.parse(text))
    query = plan.query
    before = [c for c in plan.conditions if not c[0].startswith("metrics.")]
    after = [c for c in plan.conditions if c[0].startswith("metrics.")]
    rows = [row for row in _ROWS[query.resource](call, customer_id, plan) if _matches(row, before)]
    if plan.uses_days and query.resource != "click_view":
        rows = _grouped(rows, query)
    rows = [row for row in rows if _matches(row, after)]
    for path, descending in reversed(query.order):
        rows.sort(key=lambda row, path=path: _sort_key(row.get(path)), reverse=descending)
    messages = [_message(row, query) for row in rows[: query.limit]]
    return messages, query.fields


def _plan(call, customer_id, query):
    """Check a query as Google does before it is run."""
    ads_fields.resource(query.resource)
    for path in query.fields:
        ads_fields.resolve(path, query.resource, "SELECT")
    with_metrics = any(path.startswith("metrics.") for path in query.fields)
    if with_metrics and call.world.accounts[customer_id].get("manager"):
        refuse("query_error.REQUESTED_METRICS_FOR_MANAGER")
    for path, _ in query.order:
        ads_fields.resolve(path, query.resource, "SELECT")
        if path not in query.fields:
            _refuse_unselected(path)
    today = call.world.local_date(customer_id, call.sandbox.clock.now())
    conditions = [_condition(condition, query, today) for condition in query.conditions]
    named = [*query.fields, *(condition[0] for condition in conditions)]
    uses_days = any(path.startswith(("metrics.", "segments.")) for path in named)
    plan = _Plan(query, conditions, uses_days)
    _set_days(plan)
    if query.resource == "click_view":
        if plan.single_day is None:
            refuse("click_view_error.EXPECTED_FILTER_ON_A_SINGLE_DAY")
        if plan.first_day < (today - timedelta(days=_CLICK_VIEW_DAYS)).isoformat():
            refuse("click_view_error.DATE_TOO_OLD")
    elif "segments.date" in query.fields and None in (plan.first_day, plan.last_day):
        refuse(
            "query_error.EXPECTED_FILTERS_ON_DATE_RANGE",
            "A query that selects a date needs a finite date range in WHERE.",
        )
    return plan


def _condition(condition, query, today):
    """Return (path, operator, values) with values in the field's own type."""
    path = condition.field
    field = ads_fields.resolve(path, query.resource, "WHERE")
    if path.startswith("segments.") and path != "segments.date" and path not in query.fields:
        _refuse_unselected(path)
    if condition.operator == "DURING":
        return path, "BETWEEN", _during(path, condition.values[0], today)
    values = tuple(ads_fields.operand(field, path, value) for value in condition.values)
    if condition.operator == "BETWEEN" and values[0] > values[1]:
        refuse("query_error.DATE_RANGE_TOO_NARROW", "The range starts after its end.")
    return path, condition.operator, values


def _refuse_unselected(path):
    refuse(
        "query_error.EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
        f"'{path}' must be in the SELECT clause.",
        trigger=path,
    )


def _during(path, literal, today):
    ranges = {
        "TODAY": (0, 0),
        "YESTERDAY": (1, 1),
        "LAST_7_DAYS": (7, 1),
        "LAST_14_DAYS": (14, 1),
        "LAST_30_DAYS": (30, 1),
    }
    if path != "segments.date" or literal not in ranges:
        refuse("query_error.INVALID_VALUE_WITH_DURING_OPERATOR", f"'{literal}' with {path}")
    return tuple((today - timedelta(days=ago)).isoformat() for ago in ranges[literal])


def _set_days(plan):
    """Find the range of days that the conditions on ``segments.date`` leave."""
    firsts, lasts = [], []
    for path, operator, values in plan.conditions:
        if path != "segments.date":
            continue
        if operator in ("=", ">=", "BETWEEN") or (operator == "IN" and len(values) == 1):
            firsts.append(values[0])
        if operator in ("=", "<=", "BETWEEN") or (operator == "IN" and len(values) == 1):
            lasts.append(values[-1])
        if operator == ">":
            firsts.append((date.fromisoformat(values[0]) + timedelta(days=1)).isoformat())
        if operator == "<":
            lasts.append((date.fromisoformat(values[0]) - timedelta(days=1)).isoformat())
    plan.first_day = max(firsts, default=None)
    plan.last_day = min(lasts, default=None)


def _matches(row, conditions):
    for path, operator, values in conditions:
        if path.startswith("segments.") and "segments.date" not in row:
            continue  # the row that stands for a resource without any activity
        value = row.get(path, 0 if path.startswith("metrics.") else None)
        if value is None or not _COMPARE[operator](value, values):
            return False
    return True


def _grouped(rows, query):
    """Add up metrics over all days that are not told apart by the SELECT clause.

    Once a segment is selected, rows whose metrics are all zero are left out.
    """
    by_day = "segments.date" in query.fields
    groups = {}
    for row in rows:
        if by_day and "segments.date" not in row:
            continue
        key = (row[f"{query.resource}.resource_name"], by_day and row["segments.date"])
        total = groups.get(key)
        if total is None:
            groups[key] = dict(row)
        else:
            for path, value in row.items():
                if path.startswith("metrics."):
                    total[path] = total.get(path, 0) + value
    if not by_day:
        return list(groups.values())
    selected = [path for path in query.fields if path.startswith("metrics.")]
    return [
        row for row in groups.values() if not selected or any(row.get(path) for path in selected)
    ]


def _sort_key(value):
    return (value is not None, value)


def _message(row, query):
    """Return the ``GoogleAdsRow`` with the selected fields and all resource names."""
    message = ads_fields.ROW()
    for path in query.fields:
        if path in row:
            ads_fields.fill(message, path, row[path])
    for name in {path.partition(".")[0] for path in query.fields} | {query.resource}:
        if f"{name}.resource_name" in row:
            ads_fields.fill(message, f"{name}.resource_name", row[f"{name}.resource_name"])
    return message
