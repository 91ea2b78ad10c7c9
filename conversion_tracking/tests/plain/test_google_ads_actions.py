"""Conversion actions are made once at Google, found again, watched and repaired."""

import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sandbox_world import CUSTOMER, LEADS

from google_ads.actions import (
    ActionSpecification,
    ConversionActionInfo,
    Difference,
    drift,
    ensure_conversion_action,
    find,
    read_conversion_actions,
    repair_conversion_action,
)
from google_ads.errors import TransportFault

SALES = ActionSpecification(
    name="Odoo Sales",
    category="PURCHASE",
    counting="MANY_PER_CLICK",
    default_currency="EUR",
)
ACTIONS = f"accounts/{CUSTOMER}/conversion_actions"


def named(connection, name):
    return [action for action in read_conversion_actions(connection) if action.name == name]


def test_an_action_is_made_as_specified(connect):
    made = ensure_conversion_action(connect(), SALES)
    assert made.id.isdigit()
    assert drift(SALES, made) == []
    assert (made.category, made.window_days, made.default_currency) == ("PURCHASE", 90, "EUR")
    assert not made.primary  # bidding does not use it before somebody says so


def test_it_is_found_again_and_never_doubled(connect):
    first = ensure_conversion_action(connect(), SALES)
    assert ensure_conversion_action(connect(), SALES) == first
    assert ensure_conversion_action(connect(), replace(SALES, id=first.id)) == first
    assert len(named(connect(), SALES.name)) == 1


def test_a_renamed_action_is_found_by_its_id(google, connect):
    made = ensure_conversion_action(connect(), SALES)
    google.update(f"{ACTIONS}/{made.id}/name", "Sales (renamed)")
    specification = replace(SALES, id=made.id)
    found = ensure_conversion_action(connect(), specification)
    assert found.id == made.id
    assert drift(specification, found) == [Difference("name", "Odoo Sales", "Sales (renamed)")]
    assert repair_conversion_action(connect(), specification).name == "Odoo Sales"


def test_repair_puts_back_what_was_changed(google, connect):
    made = ensure_conversion_action(connect(), SALES)
    google.update(f"{ACTIONS}/{made.id}/counting", "ONE_PER_CLICK")
    google.update(f"{ACTIONS}/{made.id}/status", "HIDDEN")
    google.update(f"{ACTIONS}/{made.id}/primary", True)
    specification = replace(SALES, id=made.id)
    repaired = repair_conversion_action(connect(), specification)
    assert drift(specification, repaired) == []
    assert repaired.primary  # the user's choice is left alone
    assert repaired.id == made.id


def test_a_removed_action_is_made_anew(google, connect):
    made = ensure_conversion_action(connect(), SALES)
    google.update(f"{ACTIONS}/{made.id}/status", "REMOVED")
    anew = repair_conversion_action(connect(), replace(SALES, id=made.id))
    assert anew.id != made.id
    assert anew.status == "ENABLED"


def test_a_name_taken_by_another_kind_of_action(connect):
    with pytest.raises(TransportFault) as caught:
        ensure_conversion_action(connect(), replace(SALES, name="Website purchase"))
    assert caught.value.fault.code == "DUPLICATE_NAME"
    assert "Rename" in caught.value.fault.remedy


def test_somebody_makes_it_at_the_same_moment(connect, monkeypatch):
    from google_ads import actions

    first = ensure_conversion_action(connect(), SALES)
    read, looks = actions.read_conversion_actions, []

    def late(connection):
        looks.append(1)
        return [] if len(looks) == 1 else read(connection)

    monkeypatch.setattr(actions, "read_conversion_actions", late)
    assert ensure_conversion_action(connect(), SALES) == first


@pytest.mark.parametrize("fault", ["drop_after", "truncate"])
def test_a_lost_answer_doubles_nothing(google, connect, fault):
    google.fault(fault, api="google_ads", method="MutateConversionActions")
    with pytest.raises(TransportFault) as caught:
        ensure_conversion_action(connect(), SALES)
    assert caught.value.fault.error_class == "retry"
    ensure_conversion_action(connect(), SALES)
    assert len(named(connect(), SALES.name)) == 1


def test_a_login_that_may_only_read(google, connect):
    email = google.service_account_info["client_email"]
    google.update(f"identities/{email}/accounts", {"1112223333": "READ_ONLY"})
    with pytest.raises(TransportFault) as caught:
        ensure_conversion_action(connect(), SALES)
    assert caught.value.fault.error_class == "configuration"


def test_all_actions_are_read(connect):
    actions = {action.id: action for action in read_conversion_actions(connect())}
    assert actions[LEADS].name == "Imported leads 2024"
    assert actions["6490000004"].status == "REMOVED"
    assert actions["6490000001"].type == "WEBPAGE"


# -- comparing, without Google ----------------------------------------------------------------


def info(**values):
    defaults = {
        "id": "7",
        "resource_name": "customers/1/conversionActions/7",
        "name": SALES.name,
        "type": "UPLOAD_CLICKS",
        "status": "ENABLED",
        "category": "PURCHASE",
        "counting": "MANY_PER_CLICK",
        "window_days": 90,
        "default_value": 0.0,
        "default_currency": "EUR",
        "primary": False,
    }
    return ConversionActionInfo(**defaults | values)


def test_drift_names_each_difference():
    assert drift(SALES, info()) == []
    assert drift(SALES, None) == [Difference("exists", "Odoo Sales", "")]
    changed = info(name="Other", status="HIDDEN", type="WEBPAGE", counting="ONE_PER_CLICK")
    assert [difference.field for difference in drift(SALES, changed)] == [
        "name",
        "status",
        "type",
        "counting",
    ]
    assert drift(SALES, info(category="DEFAULT", window_days=30, primary=True)) == []


def test_the_id_goes_before_the_name():
    by_name, by_id = info(id="1"), info(id="2", name="Renamed")
    assert find(replace(SALES, id="2"), [by_name, by_id]) is by_id
    assert find(SALES, [by_name, by_id]) is by_name
    assert find(SALES, [info(status="REMOVED"), info(type="WEBPAGE")]) is None


@pytest.mark.parametrize(
    "change",
    [
        *({"id": 7}, {"name": None}, {"window_days": "90"}, {"window_days": True}, {"primary": 1}),
        *({"status": []}, {"default_value": "1"}, {"of_tomorrow": 1}),
    ],
)
def test_what_was_stored_in_another_shape_is_nothing(connect, change):
    stored = asdict(ensure_conversion_action(connect(), SALES))
    assert ConversionActionInfo.restored(stored | change) is None
    assert ConversionActionInfo.restored({}) is None


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_anything_else_that_was_stored_is_nothing(stored):
    assert ConversionActionInfo.restored(stored) is None


def test_what_was_stored_comes_back(connect):
    made = ensure_conversion_action(connect(), SALES)
    assert ConversionActionInfo.restored(json.loads(json.dumps(asdict(made)))) == made
