"""The sandbox itself: starting, stopping, steering, its world and its certificates."""

import json
import os
import signal
import ssl
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sandbox_world import CUSTOMER, GCLID, MANAGER, SALES, UK_CUSTOMER

from google_sandbox.control import Sandbox, SandboxError, shared

TESTS = Path(__file__).parent.parent


def running(pid):
    """Tell whether a process lives; one that only waits to be collected does not."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def wait_until_gone(pid):
    deadline = time.monotonic() + 10
    while running(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not running(pid)


# -- life ----------------------------------------------------------------------------------


def test_command_line(tmp_path):
    """Started alone it prints one JSON line, and ends at SIGTERM."""
    process = subprocess.Popen(
        [sys.executable, "-m", "google_sandbox", "--directory", str(tmp_path / "new")],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        stdout=subprocess.PIPE,
    )
    line = process.stdout.readline().decode()
    sandbox = Sandbox.attach(line)
    assert set(json.loads(line)) >= {
        *("google_ads_endpoint", "data_manager_endpoint", "token_uri", "auth_uri"),
        *("ca", "service_account", "control"),
    }
    assert sandbox.ledger() == {"accepted": [], "refused": []}
    assert (tmp_path / "new" / "ca.pem").exists()
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=10)
    assert (process.returncode, rest) == (0, b"")


def test_ends_with_its_parent(tmp_path):
    """When whoever started it dies without a word, the sandbox ends, too."""
    script = (
        "import sys, time; from google_sandbox.control import Sandbox; "
        "s = Sandbox.start(); print(s.addresses['pid'], s.ca, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        stdout=subprocess.PIPE,
    )
    pid, certificate = parent.stdout.readline().decode().split()
    assert running(pid)
    parent.kill()
    parent.communicate()
    assert wait_until_gone(pid)
    assert not Path(certificate).parent.exists()


def test_context_manager_with_a_world_of_ones_own(tmp_path):
    """A second sandbox can run beside, from another state; it stops at the end."""
    state = json.loads((TESTS / "google_sandbox" / "default_state.json").read_text())
    state["accounts"][CUSTOMER]["name"] = "Another company"
    with Sandbox.start(state=state) as sandbox:
        assert sandbox.state()["accounts"][CUSTOMER]["name"] == "Another company"
        sandbox.reset()
        assert sandbox.state()["accounts"][CUSTOMER]["name"] == "Another company"
        pid = sandbox.addresses["pid"]
        folder = Path(sandbox.ca).parent
    assert wait_until_gone(pid)
    assert not folder.exists()


def test_failure_to_start_is_told(tmp_path):
    """A state that cannot be read gives the reason, not a silent wait."""
    broken = tmp_path / "state.json"
    broken.write_text("{")
    with pytest.raises(SandboxError, match="JSONDecodeError"):
        Sandbox.start(directory=tmp_path, state=broken)


def test_restart_in_the_same_folder_keeps_trust_and_key(tmp_path):
    """Clients that were told of certificate and key keep working after a restart."""
    with Sandbox.start(directory=tmp_path) as first:
        before = Path(first.ca).read_text(), first.service_account_info["private_key"]
    with Sandbox.start(directory=tmp_path) as second:
        after = Path(second.ca).read_text(), second.service_account_info["private_key"]
        assert second.service_account_info["token_uri"] == second.token_uri
    assert before == after


def test_one_sandbox_for_the_whole_process(google):
    """Every import of the module, and every child process, gets the same one."""
    assert shared().addresses == google.addresses
    script = "from google_sandbox.control import shared; print(shared().addresses['pid'])"
    child = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert int(child.stdout) == google.addresses["pid"]
    assert google.now()  # the child's end has not ended it
    for name, value in google.environment().items():
        assert os.environ[name] == value


def test_a_sandbox_that_has_ended_is_replaced(tmp_path):
    """An address that nobody answers at any more does not stop a new start."""
    with Sandbox.start(directory=tmp_path) as gone:
        addresses = json.dumps(gone.addresses)
    script = (
        "import os; from google_sandbox.control import shared; s = shared(); "
        "print(s.addresses['pid'], os.environ['GRPC_DEFAULT_SSL_ROOTS_FILE_PATH'] == s.ca)"
    )
    child = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(TESTS), "GOOGLE_SANDBOX_ADDRESSES": addresses},
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    pid, trusted = child.stdout.split()
    assert trusted == "True"
    assert wait_until_gone(int(pid))


# -- certificates --------------------------------------------------------------------------


def test_only_loopback_and_only_tls(google):
    """Both servers listen on 127.0.0.1 alone, and speak nothing but TLS."""
    pid = google.addresses["pid"]
    sockets = {
        link.readlink().name
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if link.is_symlink() and "socket:" in str(link.readlink())
    }
    inodes = {name.removeprefix("socket:[").rstrip("]") for name in sockets}
    listening = [
        fields[1]
        for table in ("tcp", "tcp6")
        for fields in map(str.split, Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:])
        if fields[3] == "0A" and fields[9] in inodes
    ]
    assert listening
    # IPv4, and the same address as gRPC's dual-stack socket shows it.
    loopback = {"0100007F", "0000000000000000FFFF00000100007F"}
    assert {address.partition(":")[0] for address in listening} <= loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_certificate_is_valid_for_the_loopback_names(google, host):
    """The certificate verifies with the sandbox's authority, and with no other."""
    import socket

    port = urlsplit(google.data_manager_endpoint).port
    trusting = ssl.create_default_context(cafile=google.ca)
    plain = socket.create_connection(("127.0.0.1", port), timeout=10)
    with trusting.wrap_socket(plain, server_hostname=host) as connection:
        assert connection.version() == "TLSv1.3"
    plain = socket.create_connection(("127.0.0.1", port), timeout=10)
    with plain, pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def test_a_silent_connection_blocks_nobody(google):
    """A client that connects and says nothing does not keep others waiting."""
    import socket

    port = urlsplit(google.data_manager_endpoint).port
    with socket.create_connection(("127.0.0.1", port), timeout=10):
        start = time.monotonic()
        google.now()
        assert time.monotonic() - start < 5


# -- steering ------------------------------------------------------------------------------


def test_clock_runs_moves_and_stands(google):
    """The clock is real, can be moved and runs on, can be frozen, and comes back."""
    real = datetime.now(timezone.utc)
    assert abs(google.now() - real) < timedelta(seconds=5)
    google.advance(timedelta(days=2))
    assert google.now() - real > timedelta(days=1, hours=23)
    moment = datetime(2027, 3, 28, 1, 30, tzinfo=timezone.utc)
    google.set_clock(moment, frozen=True)
    assert google.now() == google.now() == moment
    google.advance(timedelta(seconds=1))
    assert google.now() == moment + timedelta(seconds=1)
    google.set_clock(moment)
    assert google.now() > moment
    google.real_clock()
    assert abs(google.now() - datetime.now(timezone.utc)) < timedelta(seconds=5)


def test_reset_forgets_everything(google, ingest, body):
    """After a reset there are no conversions, requests, faults, moved clocks or changes."""
    ingest(body())
    google.update(f"accounts/{CUSTOMER}/name", "Changed")
    google.switch("processing_minutes", 1)
    google.advance(timedelta(days=1))
    google.fault("status", code=503)
    google.reset()
    assert google.ledger() == {"accepted": [], "refused": []}
    assert google.requests() == []
    assert google.state()["accounts"][CUSTOMER]["name"] == "Tulip Solar B.V."
    assert google.switches()["processing_minutes"] == 30
    assert google.now() - datetime.now(timezone.utc) < timedelta(seconds=5)


def test_world_can_be_changed(google):
    """Values are put and removed at paths; wrong paths and switches are told."""
    google.update(f"accounts/{CUSTOMER}/conversion_actions/{SALES}/name", "Renamed")
    google.remove(f"accounts/{UK_CUSTOMER}")
    state = google.state()["accounts"]
    assert state[CUSTOMER]["conversion_actions"][SALES]["name"] == "Renamed"
    assert UK_CUSTOMER not in state
    for wrong in (
        lambda: google.update("accounts/1/name", "x"),
        lambda: google.remove("accounts/1"),
        lambda: google.switch("no_such_switch", 1),
    ):
        with pytest.raises(SandboxError):
            wrong()


def test_clicks_can_be_added(google, ingest, body):
    """A click added with an absolute or relative time is found by its id."""
    google.add_click(
        "Cj0KCQiA-mine-1",
        account=CUSTOMER,
        campaign="20111000001",
        clicked=google.now() - timedelta(hours=7),
    )
    google.add_clicks(
        {
            "Cj0KCQiA-mine-2": {
                "account": CUSTOMER,
                "campaign": "20111000002",
                "clicked": {"hours_ago": 7},
            }
        }
    )
    for number in (1, 2):
        click = {"gclid": f"Cj0KCQiA-mine-{number}"}
        assert ingest(body(transactionId=f"odoo-{number}", adIdentifiers=click)).status_code == 200
    assert google.ledger(summary=True)["counted"] == 2


def test_requests_are_kept_as_text(google, ingest, body, query):
    """Bodies and gRPC messages can be searched for what should not be in them."""
    ingest(body(transactionId="odoo-find-me"))
    query("SELECT customer.id FROM customer WHERE customer.descriptive_name = 'find me, too'")
    text = "\n".join(entry["body"] for entry in google.requests())
    assert "odoo-find-me" in text
    assert "find me, too" in text
    google.switch("keep_requests", False)
    before = len(google.requests())
    ingest(body())
    assert len(google.requests()) == before


def test_world_is_believable(google):
    """Manager and two clients, tracked by themselves, with campaigns, clicks and costs."""
    state = google.state()
    accounts = state["accounts"]
    assert accounts[MANAGER]["manager"]
    for client, currency in ((CUSTOMER, "EUR"), (UK_CUSTOMER, "GBP")):
        account = accounts[client]
        assert account["managers"] == [MANAGER]
        assert (account["currency"], account["conversion_customer"]) == (currency, client)
        assert account["auto_tagging"]
        assert account["terms_accepted"]
        for campaign in account["campaigns"].values():
            assert all(cost >= 0 and clicks > 0 for _, cost, clicks, _ in campaign["days"])
    for click in state["clicks"].values():
        campaign = accounts[click["account"]]["campaigns"][click["campaign"]]
        if "ad_group" in click:
            group = campaign["ad_groups"][click["ad_group"]]
            assert click["ad"] in group["ads"]
        for place in click["location_of_presence"].values():
            assert place in state["geo_targets"]
    clicked = datetime.fromisoformat(state["clicks"][GCLID]["clicked"])
    assert timedelta(hours=8) <= google.now() - clicked < timedelta(hours=8, minutes=5)


# -- the ledger holds what was delivered ---------------------------------------------------

DELIVERIES = st.lists(
    st.tuples(
        st.integers(0, 3),  # which deal
        st.integers(0, 5),  # its value, in hundreds
        st.sampled_from([None, "drop_before", "drop_after", "truncate", "503"]),
    ),
    max_size=8,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(DELIVERIES)
def test_ledger_equals_what_arrived(google, ingest, body, deliveries):
    """Whatever is sent, lost and sent again: each deal counts once, with its last value."""
    import requests

    google.reset()
    now = google.now()
    expected = {}
    for deal, value, fault in deliveries:
        if fault == "503":
            google.fault("status", code=503, method="ingest")
        elif fault:
            google.fault(fault, method="ingest")
        request = body(
            transactionId=f"odoo-lead-{deal}",
            conversionValue=value * 100.0,
            eventTimestamp=(now - timedelta(hours=1, seconds=deal)).isoformat(),
        )
        try:
            arrived = ingest(request).status_code == 200
        except requests.RequestException:
            arrived = fault != "drop_before"
        if arrived:
            expected[f"odoo-lead-{deal}"] = value * 100.0
    accepted = google.ledger()["accepted"]
    assert {c["transaction_id"]: c["value"] for c in accepted} == expected
    assert all(conversion["count"] == 1 for conversion in accepted)
    assert len(accepted) == len(expected)
