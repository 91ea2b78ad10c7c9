"""The sandbox's Google Ads API: duplicates, people and values in uploaded rows."""

import hashlib
from datetime import timedelta

import pytest
from sandbox_messages import date_time, row_errors
from sandbox_uploads import FAMILY
from sandbox_world import ANN, CUSTOMER, LEADS, SALES

# -- order ids and duplicates --------------------------------------------------------------


def test_order_id_is_used_once(google, uploads):
    """An order id of an earlier request is in use, for ever, under its action."""
    assert uploads.errors(uploads.row()) == {}
    assert uploads.errors(uploads.row()) == {0: ["ORDER_ID_ALREADY_IN_USE"]}
    later = uploads.row(conversion_date_time=uploads.ago(hours=3))
    assert uploads.errors(later) == {0: ["ORDER_ID_ALREADY_IN_USE"]}
    assert uploads.errors(uploads.row(LEADS)) == {}
    assert google.ledger(summary=True)["conversions"] == 2


def test_order_id_of_data_manager_is_in_use(google, ingest, body, uploads):
    """Both ways lead into the same action: an id is used once for both."""
    ingest(body())
    assert uploads.errors(uploads.row()) == {0: ["ORDER_ID_ALREADY_IN_USE"]}


def test_order_id_twice_in_a_request_refuses_both(google, uploads):
    """Neither of two rows with the same order id is recorded."""
    rows = [uploads.row(conversion_date_time=uploads.ago(hours=number)) for number in (1, 2)]
    assert uploads.errors(*rows) == {0: ["DUPLICATE_ORDER_ID"], 1: ["DUPLICATE_ORDER_ID"]}
    assert google.ledger(summary=True)["conversions"] == 0


def test_same_click_and_time(google, uploads):
    """A click counts once a second: in one request, and against earlier ones."""
    pair = [uploads.row(order_id="odoo-1"), uploads.row(order_id="odoo-2")]
    twice = "DUPLICATE_CLICK_CONVERSION_IN_REQUEST"
    assert uploads.errors(*pair) == {0: [twice], 1: [twice]}
    assert uploads.errors(pair[0]) == {}
    assert uploads.errors(pair[1]) == {0: ["CLICK_CONVERSION_ALREADY_EXISTS"]}
    other_action = uploads.row(
        LEADS, order_id="odoo-3", conversion_date_time=pair[0].conversion_date_time
    )
    google.switch("duplicate_click_per_action", False)
    assert uploads.errors(other_action) == {0: ["CLICK_CONVERSION_ALREADY_EXISTS"]}
    google.switch("duplicate_click_per_action", True)
    assert uploads.errors(other_action) == {}


@pytest.mark.parametrize("order_id", ["ann@example.com", "+31 20 123 4567", "0201234567"])
def test_order_id_with_personal_data(uploads, order_id):
    """What looks like an e-mail address or a phone number is no order id."""
    assert uploads.errors(uploads.row(order_id=order_id)) == {0: ["ORDER_ID_CONTAINS_PII"]}


def test_empty_order_id(uploads):
    """An empty order id is not the same as none."""
    assert uploads.errors(uploads.row(order_id="")) == {0: ["string_length_error.TOO_SHORT"]}
    assert uploads.errors(uploads.row(order_id=None)) == {}


# -- people, consent, custom variables -----------------------------------------------------


def test_person_is_found_by_hash(google, uploads):
    """Without a click id the person's click is looked up."""
    person = uploads.person({"hashed_email": ANN})
    assert uploads.errors(uploads.row(gclid=None, user_identifiers=person)) == {}
    assert google.ledger()["accepted"][0]["click"] == "Cj0KCQiA-demo-Click_2"


def test_unnormalised_hash_matches_nobody(uploads):
    """A well-formed hash of a badly normalised address is accepted, and finds no click."""
    wrong = hashlib.sha256(b"Ann@Example.com").hexdigest()
    person = uploads.person({"hashed_email": wrong})
    assert uploads.errors(uploads.row(gclid=None, user_identifiers=person)) == {
        0: ["CLICK_NOT_FOUND"]
    }


def test_hash_only_reaches_back_sixty_three_days(google, uploads):
    """By e-mail or phone, an older click is simply not found."""
    google.update("clicks/Cj0KCQiA-demo-Click_2/clicked", {"days_ago": 64})
    person = uploads.person({"hashed_email": ANN})
    assert uploads.errors(uploads.row(gclid=None, user_identifiers=person)) == {
        0: ["CLICK_NOT_FOUND"]
    }


@pytest.mark.parametrize(
    ("entries", "name"),
    [
        ([{"hashed_email": ANN}] * 6, "collection_size_error.TOO_MANY"),
        ([{"hashed_email": "ann@example.com"}], "INVALID_USER_IDENTIFIER"),
        ([{"hashed_email": ANN.upper()}], "INVALID_USER_IDENTIFIER"),
        ([{"hashed_phone_number": ANN[:-1]}], "INVALID_USER_IDENTIFIER"),
        ([{"mobile_id": "x"}], "UNSUPPORTED_USER_IDENTIFIER"),
        ([{}], "UNSUPPORTED_USER_IDENTIFIER"),
    ],
)
def test_identifiers_are_checked(uploads, entries, name):
    """At most five, hashed, and only e-mail or phone."""
    assert uploads.errors(uploads.row(user_identifiers=uploads.person(*entries))) == {0: [name]}


@pytest.mark.parametrize(
    ("setting", "value", "name"),
    [
        ("terms_accepted", False, "CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS"),
        (
            "enhanced_conversions",
            False,
            "CUSTOMER_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS",
        ),
        (
            "data_policy_prohibits",
            True,
            "CUSTOMER_DATA_POLICY_PROHIBITS_ENHANCED_CONVERSIONS",
        ),
    ],
)
def test_identifiers_need_terms_and_setting(google, uploads, setting, value, name):
    """Hashes need accepted terms and enhanced conversions; click ids alone do not."""
    google.update(f"accounts/{CUSTOMER}/{setting}", value)
    person = uploads.person({"hashed_email": ANN})
    assert uploads.errors(uploads.row(user_identifiers=person)) == {0: [name]}
    assert uploads.errors(uploads.row()) == {}


def test_consent_has_one_half_here(google, uploads):
    """Consent to use the data may be told, consent to personalise may not."""
    conversion = uploads.row()
    conversion.consent.ad_user_data = "GRANTED"
    assert uploads.errors(conversion) == {}
    assert google.ledger()["accepted"][0]["consent"] == "GRANTED"
    conversion.consent.ad_personalization = "GRANTED"
    assert uploads.errors(conversion)[0] == ["field_error.VALUE_MUST_BE_UNSET"]


@pytest.mark.parametrize(
    ("variable_id", "value", "expected"),
    [
        ("55001", "retail", {}),
        ("55001", "ann@example.com", {0: ["CUSTOM_VARIABLE_VALUE_CONTAINS_PII"]}),
        ("55002", "north", {0: ["CUSTOM_VARIABLE_NOT_ENABLED"]}),
        ("1", "x", {0: ["CUSTOM_VARIABLE_NOT_ENABLED"]}),
    ],
)
def test_custom_variables(uploads, variable_id, value, expected):
    """A custom variable must be enabled and hold nothing personal."""
    variable = uploads.client.get_type("CustomVariable")
    name = f"customers/{CUSTOMER}/conversionCustomVariables/{variable_id}"
    variable.conversion_custom_variable, variable.value = name, value
    assert uploads.errors(uploads.row(custom_variables=[variable])) == expected


def test_ios_clicks_go_without_cart_and_custom_variables(uploads):
    """Neither cart data nor custom variables go with gbraid or wbraid."""
    cart = uploads.client.get_type("CartData")
    cart.merchant_id = 1
    variable = uploads.client.get_type("CustomVariable")
    variable.conversion_custom_variable = f"customers/{CUSTOMER}/conversionCustomVariables/55001"
    conversion = uploads.row(gclid=None, wbraid="Clo-demo-wbraid_9", custom_variables=[variable])
    conversion.cart_data = cart
    assert uploads.errors(conversion) == {0: ["field_error.VALUE_MUST_BE_UNSET"] * 2}


def test_ip_address_is_for_a_few(uploads):
    """The IP address and session attributes are for allow-listed users only."""
    name = "not_allowlisted_error.CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE"
    assert uploads.errors(uploads.row(user_ip_address="192.0.2.1")) == {0: [name]}
    assert uploads.errors(uploads.row(session_attributes_encoded=b"e30=")) == {0: [name]}


# -- values --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"currency_code": "EURO"}, "currency_code_error.UNSUPPORTED"),
        ({"currency_code": "eur"}, "currency_code_error.UNSUPPORTED"),
        ({"conversion_value": float("nan")}, "field_error.INVALID_VALUE"),
    ],
)
def test_values_are_checked(uploads, values, name):
    """Currencies are ISO codes in capitals, values are numbers."""
    assert uploads.errors(uploads.row(**values)) == {0: [name]}


def test_default_value_wins_silently(google, uploads):
    """An action that always uses its default ignores the value sent."""
    place = f"accounts/{CUSTOMER}/conversion_actions/{SALES}"
    google.update(f"{place}/default_value", 55.0)
    assert uploads.errors(uploads.row(conversion_value=None)) == {}
    google.update(f"{place}/always_default", True)
    assert (
        uploads.errors(uploads.row(order_id="odoo-2", conversion_date_time=uploads.ago(hours=2)))
        == {}
    )
    assert [c["value"] for c in google.ledger()["accepted"]] == [55.0, 55.0]


# -- injected errors and quota -------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Unrecognized")
def test_every_upload_error_can_be_injected(google, uploads):
    """Each member of the enum, and one newer than the library, arrives at its row."""
    from google.ads.googleads.v26.errors.types.conversion_upload_error import (
        ConversionUploadErrorEnum,
    )

    known = list(ConversionUploadErrorEnum.ConversionUploadError)[2:]
    members = [*(member.name for member in known), "9999"]
    rows = []
    for number, name in enumerate(members):
        google.fault("error", code=f"ConversionUploadError.{name}", row=number)
        rows.append(
            uploads.row(
                order_id=f"odoo-{number}",
                conversion_date_time=date_time(google.now() - timedelta(hours=2, seconds=number)),
            )
        )
    found = row_errors(uploads.send(*rows), "conversions")
    assert found == {number: [f"{FAMILY}.{name}"] for number, name in enumerate(members)}
    assert google.ledger(summary=True)["conversions"] == 0


def test_injected_error_without_index(google, uploads):
    """An error that does not say which row it means."""
    google.fault(
        "error",
        code="InternalError.TRANSIENT_ERROR",
        transaction_id=uploads.row().order_id,
        indexed=False,
    )
    assert row_errors(uploads.send(uploads.row()), "conversions") == {
        None: ["internal_error.TRANSIENT_ERROR"]
    }


@pytest.mark.parametrize(("per", "allowed"), [("request", True), ("row", False)])
def test_what_an_upload_costs_is_a_switch(google, ads, uploads, per, allowed):
    """Google does not say whether rows count: an upload is one operation, or one a row."""
    from google.api_core.exceptions import ResourceExhausted

    google.switch("upload_counts_per", per)
    google.switch("ads_operations_per_day", 2)
    rows = [
        uploads.row(order_id=f"odoo-{n}", conversion_date_time=uploads.ago(hours=n))
        for n in (1, 2, 3)
    ]
    service = ads().get_service("ConversionUploadService")

    def upload():
        return service.upload_click_conversions(
            customer_id=CUSTOMER, conversions=rows, partial_failure=True
        )

    if allowed:
        assert len(upload().results) == 3
    else:
        with pytest.raises(ResourceExhausted):
            upload()
