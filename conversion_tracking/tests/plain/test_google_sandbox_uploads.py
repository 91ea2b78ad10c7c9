"""The sandbox's Google Ads API: uploads as a whole, their times, clicks and actions."""

from datetime import timedelta

import pytest
from sandbox_messages import row_errors
from sandbox_uploads import FAMILY
from sandbox_world import ANN, CUSTOMER, GCLID, LEADS, MANAGER, SALES, UK_CUSTOMER

# -- the request ---------------------------------------------------------------------------


def test_closed_to_new_projects(google, uploads, refused):
    """Unless the project is allowed, the service is refused as a whole."""
    google.update("project/old_upload_allowed", False)
    with refused("not_allowlisted_error.CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE"):
        uploads.send(uploads.row())
    with refused("not_allowlisted_error.CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE"):
        uploads.send(uploads.row(), validate_only=True)


def test_accepted_row(google, uploads):
    """A good row is recorded; its result repeats everything but the order id."""
    response = uploads.send(uploads.row())
    assert not response.partial_failure_error.code
    [result] = response.results
    assert (result.gclid, result.conversion_date_time) == (
        GCLID,
        uploads.row().conversion_date_time,
    )
    assert response.job_id >= 2**31
    [conversion] = google.ledger()["accepted"]
    assert conversion["transaction_id"] == "odoo-3f9a1c2b-lead-42-won"
    assert (conversion["value"], conversion["currency"]) == (1200.0, "EUR")
    assert (conversion["api"], conversion["click_id"]) == ("google_ads", GCLID)


def test_partial_failure_mode_is_required(uploads, refused):
    """Without it the whole request is refused."""
    with refused("partial_failure_error.PARTIAL_FAILURE_MODE_REQUIRED"):
        uploads.send(uploads.row(), partial_failure=False)


def test_two_thousand_rows_are_the_most(google, uploads, refused):
    """2,001 rows are refused and nothing is recorded."""
    one = uploads.row()
    with refused(f"{FAMILY}.TOO_MANY_CONVERSIONS_IN_REQUEST"):
        uploads.send(*[one] * 2001)
    assert google.ledger(summary=True)["conversions"] == 0


def test_rows_are_required(uploads, refused):
    """An empty upload is refused."""
    with refused("field_error.REQUIRED"):
        uploads.send()


def test_job_id(uploads, refused):
    """A job id is kept if it is positive."""
    assert uploads.send(uploads.row(), job_id=7).job_id == 7
    for wrong in (0, -1):
        with refused(f"{FAMILY}.INVALID_JOB_ID"):
            uploads.send(uploads.row(), job_id=wrong)


def test_rows_fail_one_by_one(google, uploads):
    """Order is kept, failed rows have empty results, one failure holds all errors."""
    rows = [
        uploads.row(order_id="odoo-1", conversion_date_time=uploads.ago(hours=1)),
        uploads.row(order_id="odoo-2", gclid="Cj0KCQiA-nobody-knows"),
        uploads.row(order_id="odoo-3", conversion_date_time=uploads.ago(hours=2)),
        uploads.row(order_id="odoo-4", conversion_date_time="yesterday", currency_code="EURO"),
    ]
    response = uploads.send(*rows)
    assert row_errors(response, "conversions") == {
        1: [f"{FAMILY}.EVENT_NOT_FOUND"],
        3: [
            "date_error.INVALID_STRING_DATE_TIME_SECONDS_WITH_OFFSET",
            "currency_code_error.UNSUPPORTED",
        ],
    }
    assert response.partial_failure_error.code == 3
    assert [bool(result.gclid) for result in response.results] == [True, False, True, False]
    accepted = [c["transaction_id"] for c in google.ledger()["accepted"]]
    assert accepted == ["odoo-1", "odoo-3"]


def test_validation_changes_nothing(google, uploads):
    """A validated upload has the same errors, no results and leaves no trace."""
    response = uploads.send(
        uploads.row(),
        uploads.row(gclid="Cj0KCQiA-nobody-knows", order_id="x-2"),
        validate_only=True,
    )
    assert not response.results
    assert row_errors(response, "conversions") == {1: [f"{FAMILY}.EVENT_NOT_FOUND"]}
    assert google.ledger() == {"accepted": [], "refused": []}


# -- times ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T10:00:00+01:00",
        "2026-11-20 10:00:00Z",
        "2026-11-20 10:00:00",
        "2026-11-20 10:00:00+0100",
        "2026-11-20 10:00+01:00",
        "2026-02-30 10:00:00+01:00",
        "2026-11-20 10:00:00.5+01:00",
        "\uff12\uff10\uff12\uff16-11-20 10:00:00+01:00",
    ],
)
def test_times_have_one_form(uploads, text):
    """Only ``yyyy-mm-dd hh:mm:ss+hh:mm`` with a real date is a time."""
    expected = {0: ["date_error.INVALID_STRING_DATE_TIME_SECONDS_WITH_OFFSET"]}
    assert uploads.errors(uploads.row(conversion_date_time=text)) == expected


def test_future_is_refused(uploads):
    """An event cannot lie in the future."""
    assert uploads.errors(uploads.row(conversion_date_time=uploads.ago(hours=-1))) == {
        0: ["date_error.LATER_THAN_MAXIMUM_DATE"]
    }


def test_event_cannot_precede_its_click(uploads):
    """The demo click is eight hours old."""
    assert uploads.errors(uploads.row(conversion_date_time=uploads.ago(hours=9))) == {
        0: ["CONVERSION_PRECEDES_EVENT"]
    }


def test_click_needs_six_hours(google, uploads):
    """A younger click is refused until its sixth hour."""
    recent = uploads.row(
        gclid="Cj0KCQiA-demo-Recent_6", conversion_date_time=uploads.ago(minutes=30)
    )
    assert uploads.errors(recent) == {0: ["TOO_RECENT_EVENT"]}
    google.advance(timedelta(hours=5))
    assert uploads.errors(recent) == {}


def test_click_expires(google, uploads):
    """A click outside the action's window, or older than ninety days, is too old."""
    assert uploads.errors(uploads.row(gclid="Cj0KCQiA-demo-Old_7")) == {0: ["EXPIRED_EVENT"]}
    google.update(f"accounts/{CUSTOMER}/conversion_actions/{SALES}/window_days", 1)
    assert uploads.errors(uploads.row(gclid="Cj0KCQiA-demo-Brand_3")) == {0: ["EXPIRED_EVENT"]}


# -- click ids -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ids", "name"),
    [
        ({"gclid": "damaged!"}, "UNPARSEABLE_GCLID"),
        ({"gclid": None, "gbraid": "x!"}, "UNPARSEABLE_GBRAID"),
        ({"gclid": None, "wbraid": "x!"}, "UNPARSEABLE_WBRAID"),
        ({"gclid": GCLID.upper()}, "EVENT_NOT_FOUND"),
        ({"gclid": None, "gbraid": "0AAAAA", "wbraid": "Clo-demo"}, "GBRAID_WBRAID_BOTH_SET"),
        ({"wbraid": "Clo-demo-wbraid_9"}, "field_error.VALUE_MUST_BE_UNSET"),
        ({"gclid": None}, "field_error.REQUIRED"),
        ({"gclid": ""}, "string_length_error.TOO_SHORT"),
        ({"gclid": "CjwKCAjw-demo-UK_10"}, "INVALID_CUSTOMER_FOR_CLICK"),
    ],
)
def test_click_ids(uploads, ids, name):
    """Damaged, unknown, contradictory, missing, empty and foreign click ids."""
    assert uploads.errors(uploads.row(**ids))[0][0] == name


def test_unknown_click_ids_can_count_as_damaged(google, uploads):
    """Which of the two Google says is a switch."""
    google.switch("unknown_click", "unparseable")
    assert uploads.errors(uploads.row(gclid="Cj0KCQiA-nobody-knows")) == {0: ["UNPARSEABLE_GCLID"]}


def test_gclid_with_gbraid_is_allowed(uploads):
    """Both may be sent; the gclid counts."""
    assert uploads.errors(uploads.row(gbraid="0AAAAA-demo-gbraid_8")) == {}


@pytest.mark.parametrize("kind", ["gbraid", "wbraid"])
def test_ios_clicks_need_an_action_that_counts_every(uploads, kind):
    """An action that counts one per click refuses iOS click ids."""
    click = {"gbraid": "0AAAAA-demo-gbraid_8", "wbraid": "Clo-demo-wbraid_9"}[kind]
    assert uploads.errors(uploads.row(gclid=None, **{kind: click})) == {}
    assert uploads.errors(uploads.row(LEADS, gclid=None, **{kind: click})) == {
        0: ["ONE_PER_CLICK_CONVERSION_ACTION_NOT_PERMITTED_WITH_BRAID"]
    }


def test_click_without_tracking_or_permission(google, uploads):
    """A click before tracking was on, and one without Apple's permission, are lost."""
    google.update(f"clicks/{GCLID}/tracking_off", True)
    assert uploads.errors(uploads.row()) == {
        0: ["CONVERSION_TRACKING_NOT_ENABLED_AT_IMPRESSION_TIME"]
    }
    google.update(f"clicks/{GCLID}/tracking_off", False)
    google.update(f"clicks/{GCLID}/att_denied", True)
    assert uploads.errors(uploads.row()) == {0: ["CONVERSION_NOT_COMPLIANT_WITH_ATT_POLICY"]}


def test_click_of_an_account_out_of_reach(google, uploads):
    """A click of an account that the caller's manager does not manage is unauthorized."""
    google.update(f"accounts/{UK_CUSTOMER}/managers", [])
    assert uploads.errors(uploads.row(gclid="CjwKCAjw-demo-UK_10")) == {
        0: ["UNAUTHORIZED_CUSTOMER"]
    }


# -- conversion actions --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "name"),
    [
        ("1", "NO_CONVERSION_ACTION_FOUND"),
        ("6490000004", "NO_CONVERSION_ACTION_FOUND"),
        ("6490000001", "INVALID_CONVERSION_ACTION_TYPE"),
    ],
)
def test_action_must_take_uploads(uploads, action, name):
    """Unknown and removed actions are not found; a website tag's is of the wrong type."""
    assert uploads.errors(uploads.row(action)) == {0: [name]}


def test_young_action(google, uploads):
    """An action needs six hours."""
    google.update(f"accounts/{CUSTOMER}/conversion_actions/{SALES}/created", {"hours_ago": 5})
    assert uploads.errors(uploads.row()) == {0: ["TOO_RECENT_CONVERSION_ACTION"]}


def test_customer_in_the_resource_name_is_ignored(uploads):
    """Only the action's number counts; the name's form does, too."""
    other = f"customers/{UK_CUSTOMER}/conversionActions/{SALES}"
    assert uploads.errors(uploads.row(conversion_action=other)) == {}
    assert uploads.errors(uploads.row(conversion_action=SALES)) == {
        0: ["request_error.RESOURCE_NAME_MALFORMED"]
    }
    assert uploads.errors(uploads.row(conversion_action=None)) == {0: ["field_error.REQUIRED"]}


def test_manager_may_upload_for_its_account_but_a_sibling_may_not(uploads):
    """Parents and descendants of the conversion customer are accepted, others are not."""
    assert uploads.errors(uploads.row(), customer_id=MANAGER) == {}
    assert uploads.errors(uploads.row(), customer_id=UK_CUSTOMER) == {
        0: ["NO_CONVERSION_ACTION_FOUND"]
    }


def test_external_attribution(google, uploads):
    """External attribution data goes with such actions, and only with them."""
    data = uploads.client.get_type("ExternalAttributionData")
    data.external_attribution_credit = 0.5
    kind = "EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION"
    assert uploads.errors(uploads.row(external_attribution_data=data)) == {
        0: [f"EXTERNAL_ATTRIBUTION_DATA_SET_FOR_NON_{kind}"]
    }
    google.update(f"accounts/{CUSTOMER}/conversion_actions/{SALES}/attribution_model", "EXTERNAL")
    person = uploads.person({"hashed_email": ANN})
    assert uploads.errors(uploads.row(user_identifiers=person)) == {
        0: [
            f"EXTERNAL_ATTRIBUTION_DATA_NOT_SET_FOR_{kind}",
            f"ORDER_ID_NOT_PERMITTED_FOR_{kind}",
            f"{kind}_NOT_PERMITTED_WITH_USER_IDENTIFIER",
        ]
    }
    assert uploads.errors(uploads.row(external_attribution_data=data, order_id=None)) == {}
