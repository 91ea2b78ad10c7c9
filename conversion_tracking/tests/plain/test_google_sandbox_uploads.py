"""The sandbox's Google Ads API: ``UploadClickConversions``."""

import hashlib
from datetime import timedelta

import pytest
from sandbox_messages import date_time, row_errors
from sandbox_world import CUSTOMER, GCLID, LEADS, MANAGER, SALES, UK_CUSTOMER

ANN = hashlib.sha256(b"ann@example.com").hexdigest()
FAMILY = "conversion_upload_error"


@pytest.fixture
def client(google, ads):
    """A client of a project that may use the old upload."""
    google.update("project/old_upload_allowed", True)
    google.switch("token_minutes", 24 * 60)
    return ads()


@pytest.fixture
def row(google, client):
    """Make a click conversion; arguments replace its fields, None leaves one out."""

    def make(action=SALES, **values):
        conversion = client.get_type("ClickConversion")
        defaults = {
            "gclid": GCLID,
            "conversion_action": f"customers/{CUSTOMER}/conversionActions/{action}",
            "conversion_date_time": date_time(google.now() - timedelta(hours=1)),
            "conversion_value": 1200.0,
            "currency_code": "EUR",
            "order_id": "odoo-3f9a1c2b-lead-42-won",
        }
        for name, value in (defaults | values).items():
            if value is not None:
                setattr(conversion, name, value)
        return conversion

    return make


@pytest.fixture
def upload(client):
    """Upload rows; return the response."""
    service = client.get_service("ConversionUploadService")

    def send(*rows, customer_id=CUSTOMER, **options):
        request = {
            "customer_id": customer_id,
            "conversions": list(rows),
            "partial_failure": True,
        } | options
        return service.upload_click_conversions(request=request, timeout=20)

    return send


@pytest.fixture
def errors(upload):
    """Upload rows; return {row: [codes]}, the upload's own family without its prefix."""

    def send(*rows, **options):
        found = row_errors(upload(*rows, **options), "conversions")
        return {
            number: [name.removeprefix(f"{FAMILY}.") for name in names]
            for number, names in found.items()
        }

    return send


@pytest.fixture
def ago(google):
    return lambda **delta: date_time(google.now() - timedelta(**delta))


def identifiers(client, *entries):
    made = []
    for entry in entries:
        identifier = client.get_type("UserIdentifier")
        for name, value in entry.items():
            setattr(identifier, name, value)
        made.append(identifier)
    return made


# -- the request ---------------------------------------------------------------------------


def test_closed_to_new_projects(google, upload, row, refused):
    """Unless the project is allowed, the service is refused as a whole."""
    google.update("project/old_upload_allowed", False)
    with refused("not_allowlisted_error.CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE"):
        upload(row())
    with refused("not_allowlisted_error.CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE"):
        upload(row(), validate_only=True)


def test_accepted_row(google, upload, row):
    """A good row is recorded; its result repeats everything but the order id."""
    response = upload(row())
    assert not response.partial_failure_error.code
    [result] = response.results
    assert (result.gclid, result.conversion_date_time) == (GCLID, row().conversion_date_time)
    assert response.job_id >= 2**31
    [conversion] = google.ledger()["accepted"]
    assert conversion["transaction_id"] == "odoo-3f9a1c2b-lead-42-won"
    assert (conversion["value"], conversion["currency"]) == (1200.0, "EUR")
    assert (conversion["api"], conversion["click_id"]) == ("google_ads", GCLID)


def test_partial_failure_mode_is_required(upload, row, refused):
    """Without it the whole request is refused."""
    with refused("partial_failure_error.PARTIAL_FAILURE_MODE_REQUIRED"):
        upload(row(), partial_failure=False)


def test_two_thousand_rows_are_the_most(google, upload, row, refused):
    """2,001 rows are refused and nothing is recorded."""
    one = row()
    with refused(f"{FAMILY}.TOO_MANY_CONVERSIONS_IN_REQUEST"):
        upload(*[one] * 2001)
    assert google.ledger(summary=True)["conversions"] == 0


def test_rows_are_required(upload, refused):
    """An empty upload is refused."""
    with refused("field_error.REQUIRED"):
        upload()


def test_job_id(upload, row, refused):
    """A job id is kept if it is positive."""
    assert upload(row(), job_id=7).job_id == 7
    for wrong in (0, -1):
        with refused(f"{FAMILY}.INVALID_JOB_ID"):
            upload(row(), job_id=wrong)


def test_rows_fail_one_by_one(google, upload, row, ago):
    """Order is kept, failed rows have empty results, one failure holds all errors."""
    rows = [
        row(order_id="odoo-1", conversion_date_time=ago(hours=1)),
        row(order_id="odoo-2", gclid="Cj0KCQiA-nobody-knows"),
        row(order_id="odoo-3", conversion_date_time=ago(hours=2)),
        row(order_id="odoo-4", conversion_date_time="yesterday", currency_code="EURO"),
    ]
    response = upload(*rows)
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


def test_validation_changes_nothing(google, upload, row):
    """A validated upload has the same errors, no results and leaves no trace."""
    response = upload(row(), row(gclid="Cj0KCQiA-nobody-knows", order_id="x-2"), validate_only=True)
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
def test_times_have_one_form(errors, row, text):
    """Only ``yyyy-mm-dd hh:mm:ss+hh:mm`` with a real date is a time."""
    expected = {0: ["date_error.INVALID_STRING_DATE_TIME_SECONDS_WITH_OFFSET"]}
    assert errors(row(conversion_date_time=text)) == expected


def test_future_is_refused(errors, row, ago):
    """An event cannot lie in the future."""
    assert errors(row(conversion_date_time=ago(hours=-1))) == {
        0: ["date_error.LATER_THAN_MAXIMUM_DATE"]
    }


def test_event_cannot_precede_its_click(errors, row, ago):
    """The demo click is eight hours old."""
    assert errors(row(conversion_date_time=ago(hours=9))) == {0: ["CONVERSION_PRECEDES_EVENT"]}


def test_click_needs_six_hours(google, errors, row, ago):
    """A younger click is refused until its sixth hour."""
    recent = row(gclid="Cj0KCQiA-demo-Recent_6", conversion_date_time=ago(minutes=30))
    assert errors(recent) == {0: ["TOO_RECENT_EVENT"]}
    google.advance(timedelta(hours=5))
    assert errors(recent) == {}


def test_click_expires(google, errors, row):
    """A click outside the action's window, or older than ninety days, is too old."""
    assert errors(row(gclid="Cj0KCQiA-demo-Old_7")) == {0: ["EXPIRED_EVENT"]}
    google.update(f"accounts/{CUSTOMER}/conversion_actions/{SALES}/window_days", 1)
    assert errors(row(gclid="Cj0KCQiA-demo-Brand_3")) == {0: ["EXPIRED_EVENT"]}


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
def test_click_ids(errors, row, ids, name):
    """Damaged, unknown, contradictory, missing, empty and foreign click ids."""
    assert errors(row(**ids))[0][0] == name


def test_unknown_click_ids_can_count_as_damaged(google, errors, row):
    """Which of the two Google says is a switch."""
    google.switch("unknown_click", "unparseable")
    assert errors(row(gclid="Cj0KCQiA-nobody-knows")) == {0: ["UNPARSEABLE_GCLID"]}


def test_gclid_with_gbraid_is_allowed(errors, row):
    """Both may be sent; the gclid counts."""
    assert errors(row(gbraid="0AAAAA-demo-gbraid_8")) == {}


@pytest.mark.parametrize("kind", ["gbraid", "wbraid"])
def test_ios_clicks_need_an_action_that_counts_every(errors, row, kind):
    """An action that counts one per click refuses iOS click ids."""
    click = {"gbraid": "0AAAAA-demo-gbraid_8", "wbraid": "Clo-demo-wbraid_9"}[kind]
    assert errors(row(gclid=None, **{kind: click})) == {}
    assert errors(row(LEADS, gclid=None, **{kind: click})) == {
        0: ["ONE_PER_CLICK_CONVERSION_ACTION_NOT_PERMITTED_WITH_BRAID"]
    }


def test_click_without_tracking_or_permission(google, errors, row):
    """A click before tracking was on, and one without Apple's permission, are lost."""
    google.update(f"clicks/{GCLID}/tracking_off", True)
    assert errors(row()) == {0: ["CONVERSION_TRACKING_NOT_ENABLED_AT_IMPRESSION_TIME"]}
    google.update(f"clicks/{GCLID}/tracking_off", False)
    google.update(f"clicks/{GCLID}/att_denied", True)
    assert errors(row()) == {0: ["CONVERSION_NOT_COMPLIANT_WITH_ATT_POLICY"]}


def test_click_of_an_account_out_of_reach(google, errors, row):
    """A click of an account that the caller's manager does not manage is unauthorized."""
    google.update(f"accounts/{UK_CUSTOMER}/managers", [])
    assert errors(row(gclid="CjwKCAjw-demo-UK_10")) == {0: ["UNAUTHORIZED_CUSTOMER"]}


# -- conversion actions --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "name"),
    [
        ("1", "NO_CONVERSION_ACTION_FOUND"),
        ("6490000004", "NO_CONVERSION_ACTION_FOUND"),
        ("6490000001", "INVALID_CONVERSION_ACTION_TYPE"),
    ],
)
def test_action_must_take_uploads(errors, row, action, name):
    """Unknown and removed actions are not found; a website tag's is of the wrong type."""
    assert errors(row(action)) == {0: [name]}


def test_young_action(google, errors, row):
    """An action needs six hours."""
    google.update(f"accounts/{CUSTOMER}/conversion_actions/{SALES}/created", {"hours_ago": 5})
    assert errors(row()) == {0: ["TOO_RECENT_CONVERSION_ACTION"]}


def test_customer_in_the_resource_name_is_ignored(errors, row):
    """Only the action's number counts; the name's form does, too."""
    other = f"customers/{UK_CUSTOMER}/conversionActions/{SALES}"
    assert errors(row(conversion_action=other)) == {}
    assert errors(row(conversion_action=SALES)) == {0: ["request_error.RESOURCE_NAME_MALFORMED"]}
    assert errors(row(conversion_action=None)) == {0: ["field_error.REQUIRED"]}


def test_manager_may_upload_for_its_account_but_a_sibling_may_not(errors, row):
    """Parents and descendants of the conversion customer are accepted, others are not."""
    assert errors(row(), customer_id=MANAGER) == {}
    assert errors(row(), customer_id=UK_CUSTOMER) == {0: ["NO_CONVERSION_ACTION_FOUND"]}


def test_external_attribution(google, client, errors, row):
    """External attribution data goes with such actions, and only with them."""
    data = client.get_type("ExternalAttributionData")
    data.external_attribution_credit = 0.5
    kind = "EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION"
    assert errors(row(external_attribution_data=data)) == {
        0: [f"EXTERNAL_ATTRIBUTION_DATA_SET_FOR_NON_{kind}"]
    }
    google.update(f"accounts/{CUSTOMER}/conversion_actions/{SALES}/attribution_model", "EXTERNAL")
    person = identifiers(client, {"hashed_email": ANN})
    assert errors(row(user_identifiers=person)) == {
        0: [
            f"EXTERNAL_ATTRIBUTION_DATA_NOT_SET_FOR_{kind}",
            f"ORDER_ID_NOT_PERMITTED_FOR_{kind}",
            f"{kind}_NOT_PERMITTED_WITH_USER_IDENTIFIER",
        ]
    }
    assert errors(row(external_attribution_data=data, order_id=None)) == {}


# -- order ids and duplicates --------------------------------------------------------------


def test_order_id_is_used_once(google, errors, row, ago):
    """An order id of an earlier request is in use, for ever, under its action."""
    assert errors(row()) == {}
    assert errors(row()) == {0: ["ORDER_ID_ALREADY_IN_USE"]}
    assert errors(row(conversion_date_time=ago(hours=3))) == {0: ["ORDER_ID_ALREADY_IN_USE"]}
    assert errors(row(LEADS)) == {}
    assert google.ledger(summary=True)["conversions"] == 2


def test_order_id_of_data_manager_is_in_use(google, ingest, body, errors, row):
    """Both ways lead into the same action: an id is used once for both."""
    ingest(body())
    assert errors(row()) == {0: ["ORDER_ID_ALREADY_IN_USE"]}


def test_order_id_twice_in_a_request_refuses_both(google, errors, row, ago):
    """Neither of two rows with the same order id is recorded."""
    rows = [row(conversion_date_time=ago(hours=number)) for number in (1, 2)]
    assert errors(*rows) == {0: ["DUPLICATE_ORDER_ID"], 1: ["DUPLICATE_ORDER_ID"]}
    assert google.ledger(summary=True)["conversions"] == 0


def test_same_click_and_time(google, errors, row):
    """A click counts once a second: in one request, and against earlier ones."""
    pair = [row(order_id="odoo-1"), row(order_id="odoo-2")]
    twice = "DUPLICATE_CLICK_CONVERSION_IN_REQUEST"
    assert errors(*pair) == {0: [twice], 1: [twice]}
    assert errors(pair[0]) == {}
    assert errors(pair[1]) == {0: ["CLICK_CONVERSION_ALREADY_EXISTS"]}
    other_action = row(LEADS, order_id="odoo-3", conversion_date_time=pair[0].conversion_date_time)
    google.switch("duplicate_click_per_action", False)
    assert errors(other_action) == {0: ["CLICK_CONVERSION_ALREADY_EXISTS"]}
    google.switch("duplicate_click_per_action", True)
    assert errors(other_action) == {}


@pytest.mark.parametrize("order_id", ["ann@example.com", "+31 20 123 4567", "0201234567"])
def test_order_id_with_personal_data(errors, row, order_id):
    """What looks like an e-mail address or a phone number is no order id."""
    assert errors(row(order_id=order_id)) == {0: ["ORDER_ID_CONTAINS_PII"]}


def test_empty_order_id(errors, row):
    """An empty order id is not the same as none."""
    assert errors(row(order_id="")) == {0: ["string_length_error.TOO_SHORT"]}
    assert errors(row(order_id=None)) == {}


# -- people, consent, custom variables -----------------------------------------------------


def test_person_is_found_by_hash(google, client, errors, row, ago):
    """Without a click id the person's click is looked up."""
    person = identifiers(client, {"hashed_email": ANN})
    assert errors(row(gclid=None, user_identifiers=person)) == {}
    assert google.ledger()["accepted"][0]["click"] == "Cj0KCQiA-demo-Click_2"


def test_unnormalised_hash_matches_nobody(client, errors, row):
    """A well-formed hash of a badly normalised address is accepted, and finds no click."""
    wrong = hashlib.sha256(b"Ann@Example.com").hexdigest()
    person = identifiers(client, {"hashed_email": wrong})
    assert errors(row(gclid=None, user_identifiers=person)) == {0: ["CLICK_NOT_FOUND"]}


def test_hash_only_reaches_back_sixty_three_days(google, client, errors, row):
    """By e-mail or phone, an older click is simply not found."""
    google.update("clicks/Cj0KCQiA-demo-Click_2/clicked", {"days_ago": 64})
    person = identifiers(client, {"hashed_email": ANN})
    assert errors(row(gclid=None, user_identifiers=person)) == {0: ["CLICK_NOT_FOUND"]}


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
def test_identifiers_are_checked(client, errors, row, entries, name):
    """At most five, hashed, and only e-mail or phone."""
    assert errors(row(user_identifiers=identifiers(client, *entries))) == {0: [name]}


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
def test_identifiers_need_terms_and_setting(google, client, errors, row, setting, value, name):
    """Hashes need accepted terms and enhanced conversions; click ids alone do not."""
    google.update(f"accounts/{CUSTOMER}/{setting}", value)
    person = identifiers(client, {"hashed_email": ANN})
    assert errors(row(user_identifiers=person)) == {0: [name]}
    assert errors(row()) == {}


def test_consent_has_one_half_here(google, client, errors, row):
    """Consent to use the data may be told, consent to personalise may not."""
    conversion = row()
    conversion.consent.ad_user_data = "GRANTED"
    assert errors(conversion) == {}
    assert google.ledger()["accepted"][0]["consent"] == "GRANTED"
    conversion.consent.ad_personalization = "GRANTED"
    assert errors(conversion)[0] == ["field_error.VALUE_MUST_BE_UNSET"]


@pytest.mark.parametrize(
    ("variable_id", "value", "expected"),
    [
        ("55001", "retail", {}),
        ("55001", "ann@example.com", {0: ["CUSTOM_VARIABLE_VALUE_CONTAINS_PII"]}),
        ("55002", "north", {0: ["CUSTOM_VARIABLE_NOT_ENABLED"]}),
        ("1", "x", {0: ["CUSTOM_VARIABLE_NOT_ENABLED"]}),
    ],
)
def test_custom_variables(client, errors, row, variable_id, value, expected):
    """A custom variable must be enabled and hold nothing personal."""
    variable = client.get_type("CustomVariable")
    name = f"customers/{CUSTOMER}/conversionCustomVariables/{variable_id}"
    variable.conversion_custom_variable, variable.value = name, value
    assert errors(row(custom_variables=[variable])) == expected


def test_ios_clicks_go_without_cart_and_custom_variables(client, errors, row):
    """Neither cart data nor custom variables go with gbraid or wbraid."""
    cart = client.get_type("CartData")
    cart.merchant_id = 1
    variable = client.get_type("CustomVariable")
    variable.conversion_custom_variable = f"customers/{CUSTOMER}/conversionCustomVariables/55001"
    conversion = row(gclid=None, wbraid="Clo-demo-wbraid_9", custom_variables=[variable])
    conversion.cart_data = cart
    assert errors(conversion) == {0: ["field_error.VALUE_MUST_BE_UNSET"] * 2}


def test_ip_address_is_for_a_few(errors, row):
    """The IP address and session attributes are for allow-listed users only."""
    name = "not_allowlisted_error.CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE"
    assert errors(row(user_ip_address="192.0.2.1")) == {0: [name]}
    assert errors(row(session_attributes_encoded=b"e30=")) == {0: [name]}


# -- values --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"currency_code": "EURO"}, "currency_code_error.UNSUPPORTED"),
        ({"currency_code": "eur"}, "currency_code_error.UNSUPPORTED"),
        ({"conversion_value": float("nan")}, "field_error.INVALID_VALUE"),
    ],
)
def test_values_are_checked(errors, row, values, name):
    """Currencies are ISO codes in capitals, values are numbers."""
    assert errors(row(**values)) == {0: [name]}


def test_default_value_wins_silently(google, errors, row, ago):
    """An action that always uses its default ignores the value sent."""
    place = f"accounts/{CUSTOMER}/conversion_actions/{SALES}"
    google.update(f"{place}/default_value", 55.0)
    assert errors(row(conversion_value=None)) == {}
    google.update(f"{place}/always_default", True)
    assert errors(row(order_id="odoo-2", conversion_date_time=ago(hours=2))) == {}
    assert [c["value"] for c in google.ledger()["accepted"]] == [55.0, 55.0]


# -- injected errors and quota -------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Unrecognized")
def test_every_upload_error_can_be_injected(google, row, upload):
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
            row(
                order_id=f"odoo-{number}",
                conversion_date_time=date_time(google.now() - timedelta(hours=2, seconds=number)),
            )
        )
    found = row_errors(upload(*rows), "conversions")
    assert found == {number: [f"{FAMILY}.{name}"] for number, name in enumerate(members)}
    assert google.ledger(summary=True)["conversions"] == 0


def test_injected_error_without_index(google, upload, row):
    """An error that does not say which row it means."""
    google.fault(
        "error", code="InternalError.TRANSIENT_ERROR", transaction_id=row().order_id, indexed=False
    )
    assert row_errors(upload(row()), "conversions") == {None: ["internal_error.TRANSIENT_ERROR"]}


@pytest.mark.parametrize(("per", "allowed"), [("request", True), ("row", False)])
def test_what_an_upload_costs_is_a_switch(google, ads, row, ago, per, allowed):
    """Google does not say whether rows count: an upload is one operation, or one a row."""
    from google.api_core.exceptions import ResourceExhausted

    google.switch("upload_counts_per", per)
    google.switch("ads_operations_per_day", 2)
    rows = [row(order_id=f"odoo-{n}", conversion_date_time=ago(hours=n)) for n in (1, 2, 3)]
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
