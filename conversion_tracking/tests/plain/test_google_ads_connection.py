"""A connection checks what people type, keeps secrets and makes no client before it is needed."""

import logging
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

import google_ads
from google_ads.connection import API_VERSION, Connection, normalise_customer_id
from google_ads.errors import TransportFault
from google_ads.input_error import InputError


@pytest.mark.parametrize("typed", ["123-456-7890", " 123 456 7890 ", "1234567890", "123-4567890\n"])
def test_a_customer_id_as_people_write_it(typed):
    assert normalise_customer_id(typed) == "1234567890"


@pytest.mark.parametrize(
    "typed",
    ["", "123-456-789", "123-456-78901", "123-456-789O", "customers/1234567890", "١٢٣٤٥٦٧٨٩٠"],
)
def test_what_is_no_customer_id_is_refused_with_the_place_to_find_it(typed):
    with pytest.raises(InputError, match="top right of Google Ads") as caught:
        normalise_customer_id(typed)
    assert caught.value.text % caught.value.values == str(caught.value)
    assert "%(typed)s" in caught.value.text  # so that it can be translated


def test_the_installed_library_ships_the_pinned_version():
    from google.ads.googleads.client import _VALID_API_VERSIONS

    assert API_VERSION in _VALID_API_VERSIONS
    service = Connection(None, "1234567890")._ads_client()
    assert service.version == API_VERSION


@pytest.mark.parametrize(
    "options",
    [
        {"google_ads_endpoint": "https://127.0.0.1:1"},
        {"data_manager_endpoint": "http://127.0.0.1:1"},
        {"data_manager_endpoint": "127.0.0.1:1"},
        {"login_customer_id": "abc"},
    ],
)
def test_no_insecure_or_malformed_endpoint(options):
    with pytest.raises(InputError):
        Connection(None, "1234567890", **options)


def test_googles_own_hosts_are_the_default():
    connection = Connection(None, "1234567890")
    assert connection.data_manager_url == "https://datamanager.googleapis.com"
    assert connection._ads_client().endpoint is None


def test_requests_under_way_together_share_a_client():
    def make():
        time.sleep(0.01)  # lets another thread ask meanwhile
        return object()

    connection = Connection(None, "1234567890")
    with ThreadPoolExecutor(4) as threads:
        clients = set(threads.map(lambda _number: connection._client("one", make), range(4)))
    assert len(clients) == 1


def test_ids_are_normalised_and_credentials_hidden():
    connection = Connection("very secret", "123-456-7890", "111-222-3333")
    assert (connection.customer_id, connection.login_customer_id) == ("1234567890", "1112223333")
    assert "secret" not in repr(connection)


def broken_stream(monkeypatch, rows):
    """A connection whose stream gives ``rows`` and then breaks, each time it is asked."""
    from google.api_core.exceptions import ServiceUnavailable

    asked = []

    def search_stream(request, timeout):
        asked.append(request.query)
        yield SimpleNamespace(results=rows)
        raise ServiceUnavailable("Socket closed")

    service = SimpleNamespace(search_stream=search_stream)
    monkeypatch.setattr(Connection, "ads_service", lambda _connection, _name: service)
    return Connection(SimpleNamespace(valid=True), "1234567890"), asked


def test_a_stream_that_breaks_gives_its_rows_once_and_then_raises(monkeypatch):
    connection, asked = broken_stream(monkeypatch, ["first", "second"])
    rows = connection.search("SELECT customer.id FROM customer")
    assert [next(rows), next(rows)] == ["first", "second"]
    with pytest.raises(TransportFault) as caught:
        next(rows)
    assert caught.value.fault.code == "CONNECTION_LOST"
    assert len(asked) == 1


def test_googles_talkative_loggers_are_kept_quiet():
    logging.getLogger("google.ads.googleads.client").setLevel(logging.DEBUG)
    Connection(None, "1234567890")._ads_client()
    assert logging.getLogger("google.ads.googleads.client").level == logging.WARNING


def test_importing_the_package_loads_none_of_googles_libraries():
    program = (
        "import sys\n"
        "import google_ads.accounts, google_ads.batch, google_ads.clicks, google_ads.costs\n"
        "import google_ads.credentials, google_ads.eligibility, google_ads.lifecycle\n"
        "import google_ads.patience, google_ads.prerequisites\n"
        "import google_ads.transports.data_manager, google_ads.transports.google_ads_upload\n"
        "import google_ads.transports.paced\n"
        "heavy = {'grpc', 'requests', 'phonenumbers', 'google.protobuf', 'google.auth'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(Path(google_ads.__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == "[]"
