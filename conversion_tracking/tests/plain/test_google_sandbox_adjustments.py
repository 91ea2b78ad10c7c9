"""The sandbox's Google Ads API: ``UploadConversionAdjustments``."""

from datetime import timedelta

import pytest
from sandbox_messages import date_time, row_errors
from sandbox_world import CUSTOMER, LEADS, SALES

FAMILY = "conversion_adjustment_upload_error"
ORDER = "odoo-3f9a1c2b-lead-42-won"


@pytest.fixture
def client(uploads):
    return uploads.client


@pytest.fixture
def ago(uploads):
    return uploads.ago


@pytest.fixture
def convert(uploads):
    """Upload a conversion of three hours ago; arguments replace its fields."""

    def upload(**values):
        conversion = uploads.row(**{"conversion_date_time": uploads.ago(hours=3)} | values)
        assert not uploads.errors(conversion)
        return conversion

    return upload


@pytest.fixture
def row(client, ago):
    """Make an adjustment: a restatement to 900 an hour ago, unless told otherwise."""

    def make(kind="RESTATEMENT", value=900.0, currency=None, action=SALES, **values):
        adjustment = client.get_type("ConversionAdjustment")
        defaults = {
            "adjustment_type": kind,
            "conversion_action": f"customers/{CUSTOMER}/conversionActions/{action}",
            "adjustment_date_time": ago(hours=1),
            "order_id": ORDER,
        }
        for name, given in (defaults | values).items():
            if given is not None:
                setattr(adjustment, name, given)
        if kind == "RESTATEMENT" and value is not None:
            adjustment.restatement_value.adjusted_value = value
            if currency:
                adjustment.restatement_value.currency_code = currency
        return adjustment

    return make


@pytest.fixture
def pair(client):
    """Make the key of a conversion without order id."""

    def make(conversion):
        key = client.get_type("GclidDateTimePair")
        key.gclid = conversion.gclid
        key.conversion_date_time = conversion.conversion_date_time
        return key

    return make


@pytest.fixture
def adjust(client):
    """Upload adjustments; return the response."""
    service = client.get_service("ConversionAdjustmentUploadService")

    def send(*rows, **options):
        request = {
            "customer_id": CUSTOMER,
            "conversion_adjustments": list(rows),
            "partial_failure": True,
        } | options
        return service.upload_conversion_adjustments(request=request, timeout=20)

    return send


@pytest.fixture
def errors(adjust):
    """Upload adjustments; return {row: [codes]}, this family without its prefix."""

    def send(*rows, **options):
        found = row_errors(adjust(*rows, **options), "conversion_adjustments")
        return {
            number: [name.removeprefix(f"{FAMILY}.") for name in names]
            for number, names in found.items()
        }

    return send


# -- the request ---------------------------------------------------------------------------


def test_restatement_replaces_the_value(google, convert, adjust, row):
    """The adjusted value is the new total; the conversion still counts one."""
    convert()
    [result] = adjust(row(value=900.0, currency="USD")).results
    assert (result.order_id, result.adjustment_type.name) == (ORDER, "RESTATEMENT")
    [conversion] = google.ledger()["accepted"]
    assert (conversion["value"], conversion["currency"]) == (900.0, "USD")
    assert conversion["count"] == 1
    assert [entry["type"] for entry in conversion["adjustments"]] == ["RESTATEMENT"]


def test_retraction_takes_value_and_count_back(google, convert, errors, row):
    """A retracted conversion counts nothing and is worth nothing."""
    convert()
    assert errors(row("RETRACTION")) == {}
    [conversion] = google.ledger()["accepted"]
    assert (conversion["value"], conversion["count"]) == (0.0, 0)


def test_closed_like_the_upload_unless_switched(google, convert, adjust, row, refused):
    """Whether new projects may adjust is not told by Google; a switch decides."""
    convert()
    google.update("project/old_upload_allowed", False)
    with refused("not_allowlisted_error.CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE"):
        adjust(row())
    google.switch("adjustments_closed", False)
    assert adjust(row()).results


def test_request_rules(google, adjust, row, refused):
    """Partial failure is required, rows are required and at most 2,000, job ids positive."""
    one = row()
    with refused("partial_failure_error.PARTIAL_FAILURE_MODE_REQUIRED"):
        adjust(one, partial_failure=False)
    with refused("field_error.REQUIRED"):
        adjust()
    with refused(f"{FAMILY}.TOO_MANY_ADJUSTMENTS_IN_REQUEST"):
        adjust(*[one] * 2001)
    with refused(f"{FAMILY}.INVALID_JOB_ID"):
        adjust(one, job_id=0)


def test_validation_changes_nothing(google, convert, adjust, row):
    """A validated adjustment has the same errors and no effect."""
    convert()
    response = adjust(row(), row(order_id="odoo-nobody"), validate_only=True)
    assert not response.results
    assert row_errors(response, "conversion_adjustments") == {1: [f"{FAMILY}.CONVERSION_NOT_FOUND"]}
    assert google.ledger()["accepted"][0]["value"] == 1200.0


# -- which conversion ----------------------------------------------------------------------


def test_click_and_time_find_a_conversion_without_order_id(google, convert, errors, row, pair):
    """Without an order id, the click and the exact time are the key."""
    conversion = convert(order_id=None)
    assert errors(row(order_id=None, gclid_date_time_pair=pair(conversion))) == {}
    assert google.ledger()["accepted"][0]["value"] == 900.0


def test_order_id_must_be_used_if_there_was_one(convert, errors, row, pair):
    """A conversion that came with an order id is found by that only."""
    conversion = convert()
    found = errors(row(order_id=None, gclid_date_time_pair=pair(conversion)))
    assert found == {0: ["CONVERSION_NOT_FOUND"]}


def test_only_one_key(convert, errors, row, pair):
    """Both keys, or none, are refused."""
    conversion = convert()
    both = row(gclid_date_time_pair=pair(conversion))
    assert errors(both) == {0: ["GCLID_DATE_TIME_PAIR_AND_ORDER_ID_BOTH_SET"]}
    assert errors(row(order_id=None)) == {0: ["field_error.REQUIRED"]}


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"order_id": "odoo-nobody"}, "CONVERSION_NOT_FOUND"),
        ({"order_id": "ann@example.com"}, "ORDER_ID_CONTAINS_PII"),
        ({"order_id": ""}, "string_length_error.TOO_SHORT"),
        ({"action": LEADS}, "CONVERSION_NOT_FOUND"),
        ({"action": "1"}, "NO_CONVERSION_ACTION_FOUND"),
        ({"adjustment_date_time": None}, "field_error.REQUIRED"),
        (
            {"adjustment_date_time": "2026-11-20T10:00:00Z"},
            "date_error.INVALID_STRING_DATE_TIME_SECONDS_WITH_OFFSET",
        ),
        ({"kind": 0}, "field_error.REQUIRED"),
        ({"value": None}, "field_error.REQUIRED"),
        ({"currency": "EURO"}, "currency_code_error.UNSUPPORTED"),
    ],
)
def test_wrong_adjustments(convert, errors, row, values, name):
    """Key, action, type, time and value are checked."""
    convert()
    assert errors(row(**values))[0][0] == name


def test_conversion_of_the_data_manager_is_not_found_unless_switched(
    google, ingest, body, errors, row
):
    """Whether adjustments reach conversions that came the other way is not told by Google."""
    ingest(body())
    later = date_time(google.now() - timedelta(minutes=1))
    retraction = row("RETRACTION", adjustment_date_time=later)
    assert errors(retraction) == {0: ["CONVERSION_NOT_FOUND"]}
    google.switch("data_manager_conversions_adjustable", True)
    assert errors(retraction) == {}


# -- what may be changed -------------------------------------------------------------------


def test_retraction_has_no_value(client, convert, errors, row):
    """A value sent with a retraction is an error."""
    convert()
    retraction = row("RETRACTION")
    retraction.restatement_value.adjusted_value = 0
    assert errors(retraction) == {0: ["field_error.VALUE_MUST_BE_UNSET"]}


def test_always_default_value_cannot_be_restated(google, convert, errors, row):
    """Where the default value always counts, there is nothing to restate."""
    convert()
    google.update(f"accounts/{CUSTOMER}/conversion_actions/{SALES}/always_default", True)
    assert errors(row()) == {
        0: ["CANNOT_RESTATE_CONVERSION_ACTION_THAT_ALWAYS_USES_DEFAULT_CONVERSION_VALUE"]
    }


def test_user_identifiers_are_for_enhancements(client, convert, errors, row):
    """E-mail and phone can only be added by an enhancement."""
    convert()
    identifier = client.get_type("UserIdentifier")
    identifier.hashed_email = "0" * 64
    assert errors(row(user_identifiers=[identifier])) == {0: ["field_error.VALUE_MUST_BE_UNSET"]}


def test_enhancements_are_for_website_conversions(convert, errors, row):
    """An imported conversion cannot be enhanced; a website's needs its order id."""
    convert()
    assert errors(row("ENHANCEMENT")) == {0: ["INVALID_CONVERSION_ACTION_TYPE"]}
    website = "6490000001"
    assert errors(row("ENHANCEMENT", action=website, order_id=None)) == {
        0: ["MISSING_ORDER_ID_FOR_WEBPAGE"]
    }
    assert errors(row("ENHANCEMENT", action=website)) == {0: ["CONVERSION_NOT_FOUND"]}


# -- time and order ------------------------------------------------------------------------


def test_early_adjustments_are_accepted(google, convert, errors, row):
    """Since September 2024 there is no waiting for a day after the conversion."""
    convert()
    assert errors(row()) == {}


def test_adjustment_cannot_precede_its_conversion(convert, errors, row, ago):
    """The correction comes after what it corrects."""
    convert()
    assert errors(row(adjustment_date_time=ago(hours=4))) == {0: ["ADJUSTMENT_PRECEDES_CONVERSION"]}


def test_fifty_four_days(google, convert, errors, row, ago):
    """After that a conversion can no longer be corrected."""
    convert()
    google.advance(timedelta(days=53))
    assert errors(row(adjustment_date_time=ago(hours=1))) == {}
    google.advance(timedelta(days=1, hours=1))
    assert errors(row(adjustment_date_time=ago(hours=1))) == {0: ["CONVERSION_EXPIRED"]}


def test_second_restatement_must_be_later(convert, errors, row, ago):
    """The same time again exists already, an earlier one has been overtaken."""
    convert()
    same = ago(hours=1)
    assert errors(row(adjustment_date_time=same)) == {}
    assert errors(row(value=800.0, adjustment_date_time=same)) == {
        0: ["RESTATEMENT_ALREADY_EXISTS"]
    }
    assert errors(row(value=800.0, adjustment_date_time=ago(hours=2))) == {
        0: ["MORE_RECENT_RESTATEMENT_FOUND"]
    }
    assert errors(row(value=800.0, adjustment_date_time=ago(minutes=1))) == {}


def test_retracted_once_and_for_all(convert, errors, row, ago):
    """What was taken back can be neither restated nor taken back again."""
    convert()
    assert errors(row("RETRACTION", adjustment_date_time=ago(hours=1))) == {}
    for kind in ("RETRACTION", "RESTATEMENT"):
        again = row(kind, adjustment_date_time=ago(minutes=1))
        assert errors(again) == {0: ["CONVERSION_ALREADY_RETRACTED"]}


def test_twice_in_a_request_refuses_both(google, convert, errors, row, ago):
    """Two corrections of one conversion at one time are both refused."""
    convert()
    same = ago(hours=1)
    rows = [row(value=value, adjustment_date_time=same) for value in (1.0, 2.0)]
    assert errors(*rows) == {
        0: ["DUPLICATE_ADJUSTMENT_IN_REQUEST"],
        1: ["DUPLICATE_ADJUSTMENT_IN_REQUEST"],
    }
    assert google.ledger()["accepted"][0]["value"] == 1200.0


def test_number_of_adjustments_is_limited(google, convert, errors, row, ago):
    """How many are too many is not published; the switch says."""
    google.switch("adjustments_per_conversion", 1)
    convert()
    assert errors(row(adjustment_date_time=ago(hours=2))) == {}
    assert errors(row(adjustment_date_time=ago(hours=1))) == {0: ["TOO_MANY_ADJUSTMENTS"]}


@pytest.mark.filterwarnings("ignore:Unrecognized")
def test_every_adjustment_error_can_be_injected(google, adjust, row):
    """Each member of the enum, and one newer than the library, arrives at its row."""
    from google.ads.googleads.v26.errors.types.conversion_adjustment_upload_error import (
        ConversionAdjustmentUploadErrorEnum,
    )

    known = list(ConversionAdjustmentUploadErrorEnum.ConversionAdjustmentUploadError)[2:]
    members = [*(member.name for member in known), "9999"]
    for number, name in enumerate(members):
        google.fault("error", code=f"ConversionAdjustmentUploadError.{name}", row=number)
    rows = [row(order_id=f"odoo-{number}") for number in range(len(members))]
    found = row_errors(adjust(*rows), "conversion_adjustments")
    assert found == {number: [f"{FAMILY}.{name}"] for number, name in enumerate(members)}
