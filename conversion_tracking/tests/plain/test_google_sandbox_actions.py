"""The sandbox's Google Ads API: creating, changing and removing conversion actions."""

from datetime import timedelta

import pytest
from google.ads.googleads.errors import GoogleAdsException
from sandbox_messages import failure_names, row_errors
from sandbox_world import CUSTOMER, LEADS, MANAGER, SALES, UK_CUSTOMER


@pytest.fixture
def client(ads):
    return ads()


@pytest.fixture
def create(client):
    """Make a create operation; arguments replace its fields."""

    def make(**values):
        operation = client.get_type("ConversionActionOperation")
        values = {"name": "Odoo Sales", "type_": "UPLOAD_CLICKS"} | values
        for name, value in values.items():
            if value is not None:
                setattr(operation.create, name, value)
        return operation

    return make


@pytest.fixture
def update(client):
    """Make an update operation of an action for the given paths."""

    def make(action_id, *paths, **values):
        operation = client.get_type("ConversionActionOperation")
        service = client.get_service("ConversionActionService")
        operation.update.resource_name = service.conversion_action_path(CUSTOMER, action_id)
        for name, value in values.items():
            setattr(operation.update, name, value)
        operation.update_mask.paths.extend(paths or values)
        return operation

    return make


@pytest.fixture
def mutate(client):
    """Send operations; return the response."""
    service = client.get_service("ConversionActionService")

    def send(*operations, customer_id=CUSTOMER, **options):
        request = {"customer_id": customer_id, "operations": list(operations), **options}
        return service.mutate_conversion_actions(request=request, timeout=20)

    return send


@pytest.fixture
def mutate_error(mutate):
    """Send operations that must fail; return (code, field path)."""

    def send(*operations, **options):
        with pytest.raises(GoogleAdsException) as caught:
            mutate(*operations, **options)
        failure = caught.value.failure
        elements = failure.errors[0].location.field_path_elements
        return failure_names(failure)[0], ".".join(e.field_name for e in elements)

    return send


@pytest.fixture
def actions(google):
    """Return the account's actions by name."""

    def read(account=CUSTOMER):
        state = google.state()["accounts"][account]["conversion_actions"]
        return {action["name"]: action for action in state.values()}

    return read


# -- create --------------------------------------------------------------------------------


def test_create_is_seen_by_queries(google, client, create, mutate, query):
    """A new action has an id and the settings it was given, and is young."""
    operation = create(
        category="PURCHASE",
        counting_type="MANY_PER_CLICK",
        click_through_lookback_window_days=90,
        primary_for_goal=False,
    )
    operation.create.value_settings.default_value = 5.0
    operation.create.value_settings.default_currency_code = "EUR"
    [result] = mutate(operation).results
    [row] = query(
        "SELECT conversion_action.id, conversion_action.name, conversion_action.status, "
        "conversion_action.category, conversion_action.counting_type, "
        "conversion_action.primary_for_goal, conversion_action.value_settings.default_value, "
        "conversion_action.click_through_lookback_window_days FROM conversion_action "
        f"WHERE conversion_action.resource_name = '{result.resource_name}'"
    )
    action = row.conversion_action
    assert (action.name, action.status.name) == ("Odoo Sales", "ENABLED")
    assert (action.category.name, action.counting_type.name) == ("PURCHASE", "MANY_PER_CLICK")
    assert not action.primary_for_goal
    assert action.value_settings.default_value == 5.0
    assert action.click_through_lookback_window_days == 90


def test_new_action_takes_uploads_after_six_hours(google, create, mutate, ingest, body):
    """What was just created is too young for events; six hours later it is not."""
    [result] = mutate(create()).results
    request = body()
    request["destinations"][0]["productDestinationId"] = result.resource_name.rpartition("/")[2]
    assert "CONVERSION_ACTION_TOO_RECENTLY_CREATED" in ingest(request).text
    google.advance(timedelta(hours=6))
    assert ingest(request).status_code == 200


def test_the_whole_action_is_returned_when_asked_for(create, mutate):
    """The response holds the new action if the request wants it."""
    [result] = mutate(create(), response_content_type="MUTABLE_RESOURCE").results
    assert result.conversion_action.name == "Odoo Sales"
    assert str(result.conversion_action.id) == result.resource_name.rpartition("/")[2]


def test_names_are_unique(google, create, mutate, mutate_error):
    """A name is given once; whether a removed action keeps it is a switch."""
    taken = ("conversion_action_error.DUPLICATE_NAME", "operations.create.name")
    assert mutate_error(create(name="Imported sales 2024")) == taken
    assert mutate_error(create(), create()) == taken
    assert mutate(create(name="Old imported calls"), validate_only=True) is not None
    google.switch("removed_action_keeps_name", True)
    assert mutate_error(create(name="Old imported calls")) == taken


@pytest.mark.parametrize(
    ("values", "code", "path"),
    [
        ({"name": None}, "field_error.REQUIRED", "name"),
        ({"type_": None}, "field_error.REQUIRED", "type"),
        ({"type_": "SALESFORCE"}, "conversion_action_error.CREATION_NOT_SUPPORTED", "type"),
        (
            {"click_through_lookback_window_days": 0},
            "range_error.TOO_LOW",
            "click_through_lookback_window_days",
        ),
        (
            {"click_through_lookback_window_days": 91},
            "range_error.TOO_HIGH",
            "click_through_lookback_window_days",
        ),
        (
            {"view_through_lookback_window_days": 31},
            "range_error.TOO_HIGH",
            "view_through_lookback_window_days",
        ),
        (
            {"attribution_model_settings": {"attribution_model": 103}},
            "conversion_action_error.CANNOT_SET_RULE_BASED_ATTRIBUTION_MODELS",
            "attribution_model_settings.attribution_model",
        ),
        (
            {"value_settings": {"default_currency_code": "EURO"}},
            "currency_code_error.UNSUPPORTED",
            "value_settings.default_currency_code",
        ),
        ({"value_settings": {"default_value": -1}}, "range_error.TOO_LOW", None),
        ({"id": 7}, "field_error.VALUE_MUST_BE_UNSET", "id"),
    ],
)
def test_wrong_creates(create, mutate_error, values, code, path):
    """Each fault is named and located in its operation."""
    found, place = mutate_error(create(**values))
    assert found == code
    assert path is None or place == f"operations.create.{path}"


def test_only_the_conversion_customer_may_create(google, create, mutate_error):
    """An account whose conversions another account tracks cannot have actions of its own."""
    google.update(f"accounts/{UK_CUSTOMER}/conversion_customer", MANAGER)
    assert mutate_error(create(), customer_id=UK_CUSTOMER)[0].endswith("CREATION_NOT_SUPPORTED")


# -- update and remove ---------------------------------------------------------------------


def test_update_changes_what_the_mask_names(actions, update, mutate):
    """Only the fields in the mask are changed."""
    mutate(update(SALES, "name", name="Sales", primary_for_goal=True))
    assert actions()["Sales"]["primary"] is False


def test_type_cannot_change(update, mutate_error):
    """The type of an action is fixed when it is created."""
    assert mutate_error(update(SALES, "type", type_="WEBPAGE"))[0] == "field_error.IMMUTABLE_FIELD"


@pytest.mark.parametrize(
    ("paths", "code"),
    [
        ([], "field_mask_error.FIELD_MASK_MISSING"),
        (["nonsense"], "field_mask_error.FIELD_NOT_FOUND"),
        (["id"], "field_error.IMMUTABLE_FIELD"),
    ],
)
def test_mask_is_checked(update, mutate_error, paths, code):
    """An update needs a mask with fields that exist and may change."""
    assert mutate_error(update(SALES, *paths))[0] == code


def test_update_obeys_the_rules_of_create(update, mutate_error):
    """A taken name or a window out of range is refused in an update, too."""
    duplicate = mutate_error(update(SALES, name="Imported leads 2024"))[0]
    assert duplicate == "conversion_action_error.DUPLICATE_NAME"
    too_high = mutate_error(update(SALES, click_through_lookback_window_days=91))[0]
    assert too_high == "range_error.TOO_HIGH"


def test_keeping_ones_own_name_is_no_duplicate(update, mutate):
    """An update may repeat the present name."""
    assert mutate(update(SALES, name="Imported sales 2024")).results


def test_remove(actions, client, mutate, mutate_error, update):
    """A removed action stays with status REMOVED and cannot be changed any more."""
    operation = client.get_type("ConversionActionOperation")
    service = client.get_service("ConversionActionService")
    operation.remove = service.conversion_action_path(CUSTOMER, LEADS)
    mutate(operation)
    assert actions()["Imported leads 2024"]["status"] == "REMOVED"
    refused = mutate_error(update(LEADS, name="Leads"))[0]
    assert refused == "conversion_action_error.UPDATE_NOT_SUPPORTED"


@pytest.mark.parametrize(
    ("resource_name", "code"),
    [
        ("", "request_error.OPERATION_REQUIRED"),
        ("nonsense", "request_error.RESOURCE_NAME_MALFORMED"),
        (f"customers/{CUSTOMER}/conversionActions/1", "mutate_error.RESOURCE_NOT_FOUND"),
        (f"customers/{UK_CUSTOMER}/conversionActions/{SALES}", "mutate_error.RESOURCE_NOT_FOUND"),
    ],
)
def test_resource_names_are_checked(client, mutate_error, resource_name, code):
    """An operation must name an action of this customer."""
    operation = client.get_type("ConversionActionOperation")
    if resource_name:
        operation.remove = resource_name
    assert mutate_error(operation)[0] == code


# -- several operations --------------------------------------------------------------------


def test_all_or_nothing_by_default(actions, create, mutate_error):
    """Without partial failure one bad operation refuses all."""
    assert mutate_error(create(name="One"), create(name=None))[0] == "field_error.REQUIRED"
    assert "One" not in actions()


def test_partial_failure_is_optional(actions, create, mutate):
    """With it the good operations are carried out, the bad ones have an empty result."""
    response = mutate(
        create(name="One"), create(name=None), create(name="Two"), partial_failure=True
    )
    assert row_errors(response, "operations") == {1: ["field_error.REQUIRED"]}
    assert [bool(result.resource_name) for result in response.results] == [True, False, True]
    assert {"One", "Two"} <= set(actions())


def test_validation_changes_nothing(actions, create, mutate, mutate_error):
    """A validated request has no results and leaves no action, but the same errors."""
    response = mutate(create(), validate_only=True)
    assert not response.results
    assert "Odoo Sales" not in actions()
    assert mutate_error(create(name=None), validate_only=True)[0] == "field_error.REQUIRED"


def test_operations_are_required(mutate_error):
    """A request without operations is refused."""
    assert mutate_error()[0] == "request_error.REQUIRED_FIELD_MISSING"
