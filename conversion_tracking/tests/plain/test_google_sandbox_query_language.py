"""The sandbox's Google Ads API: the query language, pages and streams."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox_world import CUSTOMER, MANAGER

WORDS = [
    *("SELECT", "FROM", "WHERE", "AND", "ORDER", "BY", "LIMIT", "BETWEEN", "IN"),
    *("(", ")", ",", "=", "'x'", "1", "customer", "customer.id"),
]


# -- the language --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("customer.id FROM customer", "EXPECTED_SELECT"),
        ("SELECT customer.id", "EXPECTED_FROM"),
        ("SELECT customer.id FROM nonsense", "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"),
        ("SELECT customer.id FROM customer WHERE", "UNEXPECTED_END_OF_QUERY"),
        ("SELECT customer.id FROM customer WHERE customer.id ~ 1", "UNEXPECTED_INPUT"),
        ("SELECT customer.id FROM customer WHERE customer.id LIKE 1", "BAD_OPERATOR"),
        ("SELECT customer.id FROM customer WHERE customer.id IN 1", "EXPECTED_LIST"),
        (
            "SELECT customer.id FROM customer WHERE customer.id IN ()",
            "PROHIBITED_EMPTY_LIST_IN_CONDITION",
        ),
        ("SELECT customer.id FROM customer WHERE customer.id = (1)", "EXPECTED_SINGLE_VALUE"),
        ("SELECT customer.id FROM customer WHERE customer.id = 'x'", "BAD_NUMBER"),
        ("SELECT customer.id FROM customer WHERE customer.status = 'OPEN'", "BAD_ENUM_CONSTANT"),
        ("SELECT customer.id FROM customer WHERE customer.manager = 'perhaps'", "BAD_VALUE"),
        (
            "SELECT customer.id FROM customer WHERE customer.time_zone = 1",
            "INVALID_STRING_VALUE",
        ),
        (
            "SELECT customer.id FROM customer WHERE customer.time_zone = 'x",
            "STRING_NOT_TERMINATED",
        ),
        ("SELECT customer.id FROM customer ORDER customer.id", "EXPECTED_BY"),
        (
            "SELECT customer.id FROM customer ORDER BY customer.status",
            "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
        ),
        ("SELECT customer.id FROM customer LIMIT x", "BAD_LIMIT_VALUE"),
        ("SELECT customer.id FROM customer LIMIT 0", "LIMIT_VALUE_TOO_LOW"),
        ("SELECT customer.id FROM customer LIMIT 1 LIMIT 2", "UNEXPECTED_INPUT"),
        (
            "SELECT segments.date FROM campaign",
            "EXPECTED_FILTERS_ON_DATE_RANGE",
        ),
        (
            "SELECT segments.date FROM campaign WHERE segments.date = '20261120'x",
            "UNEXPECTED_INPUT",
        ),
        (
            "SELECT segments.date FROM campaign WHERE segments.date = '2026-11-31'",
            "INVALID_DATE_FORMAT",
        ),
        (
            "SELECT segments.date FROM campaign WHERE segments.date BETWEEN '2026-11-02' "
            "AND '2026-11-01'",
            "DATE_RANGE_TOO_NARROW",
        ),
        (
            "SELECT segments.date FROM campaign WHERE segments.date DURING THE_WAR",
            "INVALID_VALUE_WITH_DURING_OPERATOR",
        ),
    ],
)
def test_wrong_queries_are_named_as_google_names_them(query_error, text, name):
    """Each fault in a query has Google's own code."""
    assert query_error(text) == name


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80) | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_no_text_breaks_the_parser(text):
    """Whatever is sent as a query is parsed or refused with a query error."""
    from google_sandbox import failures, gaql

    try:
        parsed = gaql.parse(text)
    except failures.RequestRefused as refused:
        assert refused.errors[0].family == "query_error"
    else:
        assert parsed.fields


def test_metrics_of_a_manager_are_refused(query_error):
    """Costs are asked of each account, not of its manager."""
    text = "SELECT metrics.cost_micros FROM campaign WHERE segments.date DURING LAST_7_DAYS"
    assert query_error(text, MANAGER) == "REQUESTED_METRICS_FOR_MANAGER"


# -- paging and streaming ------------------------------------------------------------------


def test_search_pages_are_followed(google, ads):
    """Google's client follows the page tokens; pages after the first cost no operation."""
    google.switch("search_page_rows", 2)
    google.switch("ads_operations_per_day", 1)
    service = ads().get_service("GoogleAdsService")
    pager = service.search(
        customer_id=CUSTOMER, query="SELECT geo_target_constant.id FROM geo_target_constant"
    )
    pages = list(pager.pages)
    assert [len(page.results) for page in pages] == [2, 2, 2, 2, 1]
    assert pages[0].next_page_token != pages[1].next_page_token


def test_page_size_cannot_be_set(ads, refused):
    """The size of a page is Google's."""
    service = ads().get_service("GoogleAdsService")
    with refused("request_error.PAGE_SIZE_NOT_SUPPORTED"):
        service.search(
            request={
                "customer_id": CUSTOMER,
                "query": "SELECT customer.id FROM customer",
                "page_size": 100,
            }
        )


def test_page_token_belongs_to_its_query(google, ads, refused):
    """A token of another query, or nonsense, is invalid."""
    google.switch("search_page_rows", 2)
    service = ads().get_service("GoogleAdsService")
    text = "SELECT geo_target_constant.id FROM geo_target_constant"
    token = next(service.search(customer_id=CUSTOMER, query=text).pages).next_page_token
    other = "SELECT geo_target_constant.name FROM geo_target_constant"
    for query, page_token in ((other, token), (text, "nonsense")):
        with refused("request_error.INVALID_PAGE_TOKEN"):
            service.search(
                request={"customer_id": CUSTOMER, "query": query, "page_token": page_token}
            )


def test_stream_comes_in_batches(google, ads):
    """A stream has several batches, each with the request's id."""
    google.switch("stream_batch_rows", 4)
    service = ads().get_service("GoogleAdsService")
    stream = service.search_stream(
        customer_id=CUSTOMER, query="SELECT geo_target_constant.id FROM geo_target_constant"
    )
    batches = list(stream)
    assert [len(batch.results) for batch in batches] == [4, 4, 1]
    assert len({batch.request_id for batch in batches}) == 1


def test_stream_refuses_a_wrong_query(ads, refused):
    """A faulty query fails before the first batch."""
    service = ads().get_service("GoogleAdsService")
    with refused("query_error.UNRECOGNIZED_FIELD"):
        service.search_stream(customer_id=CUSTOMER, query="SELECT nothing FROM customer")


def test_stream_can_fail_while_it_is_read(google, ads, refused):
    """An error in the middle comes while iterating, after good batches."""
    google.switch("stream_batch_rows", 4)
    google.fault("error", code="DatabaseError.CONCURRENT_MODIFICATION", after_batches=2)
    service = ads().get_service("GoogleAdsService")
    stream = service.search_stream(
        customer_id=CUSTOMER, query="SELECT geo_target_constant.id FROM geo_target_constant"
    )
    rows = []
    with refused("database_error.CONCURRENT_MODIFICATION"):
        for batch in stream:
            rows.extend(batch.results)
    assert len(rows) == 8
