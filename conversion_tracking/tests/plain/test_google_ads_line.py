"""Reading when the line, the login or the other side fails."""

import pytest
from sandbox_world import CUSTOMER, MANAGER, SERVICE_ACCOUNT

from google_ads.accounts import read_customer


def test_a_passing_fault_before_the_first_row_is_tried_once_more(google, connect, refusal):
    google.fault("status", code=503, api="google_ads")
    assert read_customer(connect()).id == CUSTOMER
    google.fault("status", code=503, api="google_ads", times=2)
    assert refusal(lambda: read_customer(connect())).error_class == "retry"


def test_a_pause_that_google_asks_for_is_not_run_against(google, connect, refusal):
    google.fault("status", code=429, delay=40, api="google_ads")
    fault = refusal(lambda: read_customer(connect()))
    assert (fault.error_class, fault.retry_after) == ("retry", 40)
    assert len(google.requests()) <= 2


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "truncate"])
def test_a_lost_answer(google, connect, fault, refusal):
    google.fault(fault, api="google_ads", times=2)
    assert refusal(lambda: read_customer(connect())).error_class == "retry"


def test_silence_ends_in_time(google, connect, refusal):
    google.fault("hang", seconds=5, api="google_ads")
    fault = refusal(lambda: read_customer(connect(timeout=0.5)))
    assert fault.code == "NO_ANSWER_IN_TIME"


def test_a_token_that_expires_during_the_work_is_replaced(google, connect):
    connection = connect()
    read_customer(connection)
    google.fault("expire_token", api="google_ads")
    assert read_customer(connection).id == CUSTOMER


def test_a_revoked_login_is_told_as_such(google, connect, refusal):
    google.update(f"identities/{SERVICE_ACCOUNT}/revoked", True)
    assert refusal(lambda: read_customer(connect())).code == "LOGIN_REVOKED"


def test_a_silent_token_server_is_told_as_such(google, connect, monkeypatch, refusal):
    from google_ads import access_token

    monkeypatch.setattr(access_token, "TIMEOUT", 0.5)
    google.fault("hang", seconds=3, api="oauth")
    assert refusal(lambda: read_customer(connect())).code == "NO_ANSWER_IN_TIME"


def test_an_unknown_error_of_google_is_held_and_shown(google, connect, refusal):
    google.fault("error", code="RequestError.999", api="google_ads")
    fault = refusal(lambda: read_customer(connect()))
    assert fault.error_class == "unknown"


def test_nobody_listens(connect, refusal):
    fault = refusal(lambda: read_customer(connect(google_ads_endpoint="127.0.0.1:9", timeout=3)))
    assert (fault.code, fault.error_class) == ("NOT_REACHABLE", "retry")


def test_a_project_with_test_access_only(google, connect, refusal):
    google.update("project/access_level", "TEST")
    fault = refusal(lambda: read_customer(connect()))
    assert fault.code == "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION"


def test_two_accounts_keep_their_managers_apart(connect):
    tulip, alone = connect(), connect(MANAGER, login_customer_id=None)
    assert read_customer(tulip).id == CUSTOMER
    assert read_customer(alone).id == MANAGER
    assert read_customer(tulip).id == CUSTOMER


def test_only_the_token_server_and_the_endpoints_are_called(google, connect, event, monkeypatch):
    """google-auth would look up a "regional access boundary" at Google with our token."""
    import requests

    called = set()
    send = requests.Session.send

    def spy(session, request, **options):
        called.add(request.url.split("/")[2])
        return send(session, request, **options)

    monkeypatch.setattr(requests.Session, "send", spy)
    from google_ads.transports.data_manager import DataManagerTransport

    connection = connect()
    read_customer(connection)
    DataManagerTransport(connection).send([event()])
    assert called == {google.data_manager_endpoint.removeprefix("https://")}
