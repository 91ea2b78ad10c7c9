"""Google's diagnostics of uploads are read through its own client from the strict sandbox."""

from datetime import date, datetime, timedelta, timezone

import pytest
from sandbox_world import CUSTOMER, LEADS, SALES

from google_ads.diagnostics import UploadAlert, read_upload_summaries

ZONE = "Europe/Amsterdam"


@pytest.fixture
def summaries(connect):
    """What Google says, by conversion action; ``""`` for the account as a whole."""
    return lambda: {one.action_id: one for one in read_upload_summaries(connect(), ZONE)}


def test_nothing_was_uploaded_nothing_is_said(summaries):
    assert summaries() == {}


def test_good_uploads_by_action_and_day(google, uploads, summaries):
    uploads.send(uploads.row(order_id="one"))
    google.advance(timedelta(days=1))
    uploads.send(uploads.row(order_id="two"), uploads.row(LEADS, order_id="two"))
    sent_at = google.now()
    google.advance(timedelta(hours=1))
    found = summaries()
    assert set(found) == {"", LEADS, SALES}
    whole, sales = found[""], found[SALES]
    assert (whole.status, whole.total, whole.successful, whole.pending) == ("EXCELLENT", 3, 3, 0)
    assert (whole.action_name, sales.action_name) == ("", actions(google)[SALES]["name"])
    assert abs(whole.last_upload - sent_at) < timedelta(minutes=1)
    assert [(day.successful, day.failed, day.pending) for day in sales.days] == [(1, 0, 0)] * 2
    assert sales.days[0].day > sales.days[1].day
    assert not whole.alerts


def test_what_google_warns_of_comes_with_meaning_and_remedy(google, uploads, summaries):
    uploads.send(uploads.row(order_id="good"))
    for number in range(2):
        uploads.send(uploads.row(order_id=f"bad-{number}", gclid="Cj0KCQiA-nobody_9"))
    uploads.send(uploads.row(order_id="ann@example.com"))
    google.advance(timedelta(hours=1))
    found = summaries()[SALES]
    assert (found.status, found.total, found.successful) == ("NEEDS_ATTENTION", 4, 1)
    assert found.days[0].failed == 3
    assert found.alerts == (
        UploadAlert("ConversionUploadError", "EVENT_NOT_FOUND", 0.5),
        UploadAlert("ConversionUploadError", "ORDER_ID_CONTAINS_PII", 0.25),
    )
    assert found.alerts[0].fault.meaning
    assert found.alerts[0].fault.remedy


def test_general_errors_have_names_of_their_own(google, uploads, summaries):
    uploads.send(uploads.row(order_id="x" * 10, conversion_date_time="yesterday"))
    google.advance(timedelta(hours=1))
    [alert] = summaries()[""].alerts
    assert (alert.source, alert.share) == ("DateError", 1.0)
    assert alert.fault.meaning


def test_an_error_newer_than_the_client_is_still_told(google, uploads, summaries):
    google.fault("error", code="ConversionUploadError.999", row=0)
    uploads.send(uploads.row())
    [alert] = summaries()[""].alerts
    assert (alert.source, alert.code) == ("ConversionUploadError", "999")
    assert alert.fault.error_class == "unknown"


def test_what_google_is_still_processing_is_pending(uploads, summaries):
    uploads.send(uploads.row())
    found = summaries()[""]
    assert (found.total, found.successful, found.pending) == (1, 0, 1)


def test_nothing_came_for_a_month(google, uploads, summaries):
    uploads.send(uploads.row())
    google.advance(timedelta(days=29))
    found = summaries()[""]
    assert (found.status, found.total, found.days) == ("NO_RECENT_UPLOAD", 0, ())
    assert google.now() - found.last_upload > timedelta(days=28)


def test_conversions_by_the_data_manager_are_not_in_it(ingest, body, summaries):
    assert ingest(body()).status_code == 200
    assert summaries() == {}


def test_two_operations_are_asked(google, connect):
    connection = connect()
    read_upload_summaries(connection, ZONE)
    assert connection.operations.used == 2


def test_a_break_is_told(google, connect, refusal):
    google.fault("status", code=403, method="SearchStream")
    fault = refusal(lambda: read_upload_summaries(connect(), ZONE))
    assert fault.error_class == "configuration"


def test_the_time_of_the_last_upload_is_the_accounts(google, uploads, connect):
    """Half an hour after midnight in Amsterdam, half an hour before in UTC."""
    google.set_clock(datetime(2026, 11, 20, 23, 30, tzinfo=timezone.utc))
    uploads.send(uploads.row(conversion_date_time="2026-11-20 10:00:00+00:00"))
    [whole, _sales] = read_upload_summaries(connect(), ZONE)
    assert whole.last_upload == datetime(2026, 11, 20, 23, 30, tzinfo=timezone.utc)
    assert [day.day for day in whole.days] == [date(2026, 11, 21)]


def actions(google):
    return google.state()["accounts"][CUSTOMER]["conversion_actions"]
