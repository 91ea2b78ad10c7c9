"""Conversion actions: made once at Google, found again, watched and repaired.

https://developers.google.com/google-ads/api/docs/conversions/create-conversion-actions
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_type_hints

from .connection import Connection
from .errors import TransportFault, make_fault
from .names import member_name

IMPORT_TYPE = "UPLOAD_CLICKS"  # "Import from clicks" in Google Ads


@dataclass(frozen=True, slots=True)
class ActionSpecification:
    """A conversion action as we want it; enum values are Google's member names.

    :param id: Google's id, empty until it is known
    :param counting: ``ONE_PER_CLICK`` or ``MANY_PER_CLICK``
    :param window_days: age of a click that still counts, 1 to 90
    :param primary: whether bidding uses it; only ever set when the action is made
    :param made_at: aware time at which Odoo made it at Google, None when it was there before
    """

    name: str
    category: str
    counting: str
    id: str = ""
    window_days: int = 90
    default_value: float = 0.0
    default_currency: str = ""
    primary: bool = False
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConversionActionInfo:
    """A conversion action as Google has it; enum values are Google's member names."""

    id: str
    resource_name: str
    name: str
    type: str
    status: str
    category: str
    counting: str
    window_days: int
    default_value: float
    default_currency: str
    primary: bool

    @classmethod
    def restored(cls, stored):
        """The action of which ``asdict`` once made ``stored``; None for anything else."""
        kinds = get_type_hints(cls)
        if not isinstance(stored, dict) or stored.keys() != kinds.keys():
            return None
        if not all(_is(stored[name], kind) for name, kind in kinds.items()):
            return None
        return cls(**stored)


def _is(value, kind) -> bool:
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (int, float) if kind is float else kind)


@dataclass(frozen=True, slots=True)
class Difference:
    """A property that is not as specified; ``field`` as in :func:`drift`."""

    field: str
    expected: str
    found: str


def read_conversion_actions(connection: Connection) -> list[ConversionActionInfo]:
    """Every conversion action of the account, removed ones and other types included.

    :raise TransportFault: no access
    """
    query = """
        SELECT conversion_action.id, conversion_action.resource_name, conversion_action.name,
            conversion_action.type, conversion_action.status, conversion_action.category,
            conversion_action.counting_type, conversion_action.primary_for_goal,
            conversion_action.click_through_lookback_window_days,
            conversion_action.value_settings.default_value,
            conversion_action.value_settings.default_currency_code
        FROM conversion_action
    """
    return [_info(row.conversion_action) for row in connection.search(query)]


def ensure_conversion_action(
    connection: Connection, specification: ActionSpecification
) -> ConversionActionInfo:
    """The action that ``specification`` means, made when Google has none.

    :raise TransportFault: no access, or another type of action has its name

    Found by id, else by name, so that nothing is ever made twice. An action that was removed at
    Google is made anew, since a removed one can no longer be found in Google Ads.
    """
    if found := find(specification, read_conversion_actions(connection)):
        return found
    operation = connection.ads_type("ConversionActionOperation")
    action = operation.create
    action.type_ = connection.ads_enum("ConversionActionTypeEnum", IMPORT_TYPE)
    _fill(connection, action, specification)
    action.primary_for_goal = specification.primary
    try:
        created = _mutate(connection, operation)
    except TransportFault as failure:
        # Somebody was faster, or an action of another type has the name.
        if failure.fault.code != "DUPLICATE_NAME":
            raise
        created = None
    actions = read_conversion_actions(connection)
    found = next((info for info in actions if info.resource_name == created), None)
    if found := found or find(specification, actions):
        return found
    raise TransportFault(make_fault("DUPLICATE_NAME", "ConversionActionError"))


def repair_conversion_action(
    connection: Connection, specification: ActionSpecification
) -> ConversionActionInfo:
    """Make Google's action as specified again, except whether bidding uses it.

    :raise TransportFault: no access, or Google does not allow it
    """
    found = ensure_conversion_action(connection, specification)
    if not drift(specification, found):
        return found
    operation = connection.ads_type("ConversionActionOperation")
    operation.update.resource_name = found.resource_name
    _fill(connection, operation.update, specification)
    # Written out: a mask made from the message would leave out a value of 0 or False.
    operation.update_mask.paths.extend(
        (
            "name",
            "category",
            "status",
            "counting_type",
            "click_through_lookback_window_days",
            "value_settings.default_value",
            "value_settings.default_currency_code",
            "value_settings.always_use_default_value",
        )
    )
    _mutate(connection, operation)
    actions = read_conversion_actions(connection)
    return next(info for info in actions if info.resource_name == found.resource_name)


def find(
    specification: ActionSpecification, actions: Sequence[ConversionActionInfo]
) -> ConversionActionInfo | None:
    """The action with the specification's id, else the one for imports with its name."""
    usable = [info for info in actions if info.status != "REMOVED" and info.type == IMPORT_TYPE]
    by_id = [info for info in usable if info.id == specification.id]
    by_name = [info for info in usable if info.name == specification.name]
    return next(iter(by_id + by_name), None)


def drift(
    specification: ActionSpecification, found: ConversionActionInfo | None
) -> list[Difference]:
    """What is not as specified and changes what is counted; empty when all is well.

    Fields: ``exists``, ``name``, ``status``, ``type``, ``counting``.
    """
    if found is None:
        return [Difference("exists", specification.name, "")]
    expected = {
        "name": specification.name,
        "status": "ENABLED",
        "type": IMPORT_TYPE,
        "counting": specification.counting,
    }
    return [
        Difference(name, value, getattr(found, name))
        for name, value in expected.items()
        if getattr(found, name) != value
    ]


def _fill(connection, action, specification):
    action.name = specification.name
    action.category = connection.ads_enum("ConversionActionCategoryEnum", specification.category)
    action.status = connection.ads_enum("ConversionActionStatusEnum", "ENABLED")
    action.counting_type = connection.ads_enum(
        "ConversionActionCountingTypeEnum", specification.counting
    )
    action.click_through_lookback_window_days = specification.window_days
    action.value_settings.default_value = specification.default_value
    if specification.default_currency:
        action.value_settings.default_currency_code = specification.default_currency
    action.value_settings.always_use_default_value = False


def _mutate(connection, operation) -> str:
    """Carry out one operation; the resource name of what it touched."""
    request = connection.ads_type("MutateConversionActionsRequest")
    request.customer_id = connection.customer_id
    request.operations.append(operation)
    answer = connection.ads_call("ConversionActionService", "mutate_conversion_actions", request)
    return answer.results[0].resource_name


def _info(action) -> ConversionActionInfo:
    return ConversionActionInfo(
        id=str(action.id),
        resource_name=action.resource_name,
        name=action.name,
        type=member_name(action.type_),
        status=member_name(action.status),
        category=member_name(action.category),
        counting=member_name(action.counting_type),
        window_days=action.click_through_lookback_window_days,
        default_value=action.value_settings.default_value,
        default_currency=action.value_settings.default_currency_code,
        primary=action.primary_for_goal,
    )
