"""Each prerequisite is a row of its own: how it stands and what to do, whatever else fails."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sandbox_world import CUSTOMER, LEADS, MANAGER, SERVICE_ACCOUNT, UK_CUSTOMER
from sandbox_world import SALES as SALES_ID

from google_ads.actions import ActionSpecification, ensure_conversion_action
from google_ads.credentials import oauth
from google_ads.prerequisites import run_checks
from google_ads.transports.data_manager import DataManagerTransport
from google_ads.transports.google_ads_upload import GoogleAdsUploadTransport

SALES = ActionSpecification(
    name="Imported sales 2024", category="PURCHASE", counting="MANY_PER_CLICK", id=SALES_ID
)
LEAD = ActionSpecification(
    name="Imported leads 2024", category="IMPORTED_LEAD", counting="ONE_PER_CLICK", id=LEADS
)
ACTIONS = f"accounts/{CUSTOMER}/conversion_actions"


@pytest.fixture
def check(google, connect):
    """Run all checks; the result by key."""

    def run(connection=None, actions=(LEAD, SALES), transport=DataManagerTransport, **options):
        connection = connection or connect()
        options = {"sends_hashes": True, "now": google.now()} | options
        checks = list(run_checks(connection, transport(connection), actions, **options))
        assert len({found.key for found in checks}) == len(checks)
        for found in checks:
            assert found.meaning
            assert found.link or found.state == "unknown"
            assert bool(found.remedy) == (found.state in ("failed", "waiting", "unknown"))
        return {found.key: found for found in checks}

    return run


def states(checks):
    return {key: found.state for key, found in checks.items()}


def test_everything_is_right(check):
    checks = check()
    assert list(checks) == [
        "credentials",
        "scopes",
        "access",
        "client_account",
        "conversion_customer",
        "auto_tagging",
        "customer_data_terms",
        "enhanced_conversions",
        f"action:{LEADS}",
        f"action:{SALES_ID}",
        "trial",
    ]
    assert set(states(checks).values()) == {"passed"}


def test_a_trial_leaves_nothing_behind(google, check):
    check()
    assert google.ledger() == {"accepted": [], "refused": []}


@pytest.mark.parametrize(
    ("path", "value", "key", "words"),
    [
        (f"accounts/{CUSTOMER}/auto_tagging", False, "auto_tagging", "Auto-tagging"),
        (f"accounts/{CUSTOMER}/terms_accepted", False, "customer_data_terms", "terms"),
        (f"accounts/{CUSTOMER}/enhanced_conversions", False, "enhanced_conversions", "Enhanced"),
        (
            f"accounts/{CUSTOMER}/conversion_customer",
            MANAGER,
            "conversion_customer",
            "Enter the id",
        ),
        (f"accounts/{CUSTOMER}/conversion_customer", None, "conversion_customer", "Create"),
        (f"{ACTIONS}/{SALES_ID}/name", "Renamed", f"action:{SALES_ID}", "Repair"),
        (f"{ACTIONS}/{SALES_ID}/status", "HIDDEN", f"action:{SALES_ID}", "Repair"),
        (f"{ACTIONS}/{SALES_ID}/counting", "ONE_PER_CLICK", f"action:{SALES_ID}", "Repair"),
        ("project/data_manager_enabled", False, "trial", "Data Manager API"),
    ],
)
def test_one_thing_is_wrong_and_says_what_to_do(google, check, path, value, key, words):
    google.update(path, value)
    checks = check()
    assert checks[key].state == "failed"
    assert words in checks[key].remedy
    assert states(checks)["credentials"] == "passed"


def test_the_conversion_customer_to_enter_is_shown(google, check):
    google.update(f"accounts/{CUSTOMER}/conversion_customer", MANAGER)
    assert check()["conversion_customer"].detail == MANAGER


def test_without_hashes_their_prerequisites_are_not_needed(google, check):
    google.update(f"accounts/{CUSTOMER}/terms_accepted", False)
    google.update(f"accounts/{CUSTOMER}/enhanced_conversions", False)
    checks = check(sends_hashes=False)
    assert checks["customer_data_terms"].state == "not_needed"
    assert checks["enhanced_conversions"].state == "not_needed"
    assert checks["trial"].state == "passed"


def test_uploading_works_without_the_reading_half(google, check):
    google.update("project/google_ads_enabled", False)
    checks = check(sends_hashes=False)
    assert checks["trial"].state == "passed"
    assert checks["access"].state == "failed"
    assert checks["auto_tagging"].state == "unknown"
    assert checks[f"action:{SALES_ID}"].state == "unknown"


def test_reading_works_without_uploading(google, check):
    google.update("project/data_manager_enabled", False)
    checks = check()
    assert checks["trial"].state == "failed"
    assert states(checks) | {"trial": "passed"} == dict.fromkeys(checks, "passed")


def test_six_things_are_wrong_at_once(google, check):
    google.update(f"accounts/{CUSTOMER}/auto_tagging", False)
    google.update(f"accounts/{CUSTOMER}/terms_accepted", False)
    google.update(f"accounts/{CUSTOMER}/enhanced_conversions", False)
    google.update(f"{ACTIONS}/{SALES_ID}/name", "Renamed")
    google.update(f"{ACTIONS}/{LEADS}/status", "REMOVED")
    google.update("project/data_manager_enabled", False)
    failed = [key for key, state in states(check()).items() if state == "failed"]
    assert failed == [
        "auto_tagging",
        "customer_data_terms",
        "enhanced_conversions",
        f"action:{LEADS}",
        f"action:{SALES_ID}",
        "trial",
    ]


def test_a_revoked_login_fails_once_and_leaves_the_rest_open(google, check):
    google.update(f"identities/{SERVICE_ACCOUNT}/revoked", True)
    checks = check()
    assert checks["credentials"].state == "failed"
    assert checks["trial"].state == "failed"
    assert checks["auto_tagging"].state == "unknown"
    assert checks["scopes"].state == "unknown"


def test_no_network_is_no_wrong_setting(check, connect):
    nowhere = connect(
        google_ads_endpoint="127.0.0.1:9", data_manager_endpoint="https://127.0.0.1:9", timeout=3
    )
    checks = check(nowhere)
    assert checks["access"].state == "unknown"
    assert checks["trial"].state == "unknown"
    assert "cannot reach Google" in checks["trial"].meaning


def test_a_manager_account_instead_of_a_client(check, connect):
    assert check(connect(MANAGER))["client_account"].state == "failed"


def test_another_account_than_the_one_with_the_actions(check, connect):
    checks = check(connect(UK_CUSTOMER))
    assert checks[f"action:{SALES_ID}"].state == "failed"
    assert checks["trial"].state == "failed"


def test_a_user_who_ticked_one_permission(google, check, connect):
    [client] = google.state()["oauth_clients"]
    granted = ["https://www.googleapis.com/auth/adwords"]
    google.update("identities/marketing@example.com/refresh_tokens", {"1//half": granted})
    half = oauth(client, "GOCSPX-sandbox-secret", "1//half", google.token_uri)
    checks = check(connect(credentials=half, login_customer_id=None))
    assert checks["scopes"].state == "failed"
    assert "Data Manager" in checks["scopes"].detail
    assert checks["access"].state == "passed"
    assert checks["trial"].state == "failed"


def test_a_new_action_waits_six_hours(google, check, connect):
    new = replace(SALES, name="Odoo Sales", id="")
    made = ensure_conversion_action(connect(), new)
    watched = replace(new, id=made.id, made_at=google.now())
    checks = check(actions=[watched])
    for key in (f"action:{made.id}", "trial"):
        assert checks[key].state == "waiting"
        assert "Nothing to do" in checks[key].remedy
        assert checks[key].usable_at == watched.made_at + timedelta(hours=6)
    google.advance(timedelta(hours=6, minutes=1))
    assert set(states(check(connect(), actions=[watched])).values()) == {"passed"}


def test_without_actions_there_is_no_trial(check):
    assert check(actions=[])["trial"].state == "unknown"
    assert check(actions=[replace(SALES, id="")])["trial"].state == "unknown"


def test_the_old_way_of_uploading_is_closed_to_new_users(google, check):
    trial = check(transport=GoogleAdsUploadTransport)["trial"]
    assert trial.state == "failed"
    assert "Data Manager API" in trial.remedy
    google.update("project/old_upload_allowed", True)
    assert check(transport=GoogleAdsUploadTransport)["trial"].state == "passed"


def test_without_an_account_only_the_login_is_looked_at(check, connect):
    checks = check(connect(""))
    assert states(checks) == {"credentials": "passed", "scopes": "passed"}


def test_checks_come_one_by_one(google, connect):
    connection = connect()
    checks = run_checks(
        connection,
        DataManagerTransport(connection),
        [SALES],
        sends_hashes=True,
        now=google.now(),
    )
    assert next(checks).key == "credentials"
    google.update(f"accounts/{CUSTOMER}/auto_tagging", False)
    assert {found.key: found.state for found in checks}["auto_tagging"] == "failed"
