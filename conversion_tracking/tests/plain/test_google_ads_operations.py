"""What the Google Ads API is asked is counted over 24 hours, and ends before Google refuses."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from google_ads.errors import TransportFault
from google_ads.operations import Operations, count_used, note

NOW = datetime(2026, 11, 26, 17, 30)


def test_operations_end_where_they_are_spent():
    operations = Operations(left=2)
    operations.take()
    operations.take()
    with pytest.raises(TransportFault) as spent:
        operations.take()
    assert spent.value.fault.error_class == "retry"
    assert operations.used == 2


def test_without_a_limit_they_are_counted_only():
    operations = Operations()
    for _time in range(5_000):
        operations.take()
    assert operations.used == 5_000


def test_the_last_24_hours_count():
    log = note({}, 10, NOW - timedelta(hours=25))
    log = note(log, 20, NOW - timedelta(hours=23))
    log = note(log, 3, NOW)
    log = note(log, 4, NOW)
    assert count_used(log, NOW) == 27
    assert len(log) == 2, "what no longer counts is not kept"
    assert count_used(log, NOW + timedelta(days=2)) == 0


def test_a_search_is_one_operation_and_a_spent_budget_asks_nothing(google, connect):
    connection = replace(connect(), operations=Operations(left=1))
    list(connection.search("SELECT customer.id FROM customer"))
    asked = len(google.requests())
    with pytest.raises(TransportFault):
        list(connection.search("SELECT customer.id FROM customer"))
    assert len(google.requests()) == asked
