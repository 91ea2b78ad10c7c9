"""Which fields may be queried from which resource, and how values are written in queries.

Names and types come from the library's own ``GoogleAdsRow``; what may go together from
developers.google.com/google-ads/api/fields (one page per resource).
"""

from dataclasses import dataclass
from datetime import date

from google.ads.googleads.v26.services.types import google_ads_service
from google.protobuf.descriptor import FieldDescriptor

from .failures import refuse

ROW = google_ads_service.GoogleAdsRow.pb()
_INTEGERS = {
    *(FieldDescriptor.TYPE_INT64, FieldDescriptor.TYPE_INT32),
    *(FieldDescriptor.TYPE_UINT64, FieldDescriptor.TYPE_UINT32),
}
_COST_METRICS = frozenset(
    {
        *("cost_micros", "clicks", "impressions", "conversions", "conversions_value"),
        *("all_conversions", "all_conversions_value"),
    }
)
_DATES = frozenset({"date"})


@dataclass(frozen=True)
class Resource:
    """What a query from one resource may name besides the resource itself."""

    attributed: tuple = ()
    segments: frozenset = frozenset()
    metrics: frozenset = frozenset()


RESOURCES = {
    "customer": Resource(segments=_DATES, metrics=_COST_METRICS),
    "customer_client": Resource(attributed=("customer",)),
    "conversion_action": Resource(attributed=("customer",)),
    "campaign": Resource(attributed=("customer",), segments=_DATES, metrics=_COST_METRICS),
    "ad_group": Resource(
        attributed=("customer", "campaign"), segments=_DATES, metrics=_COST_METRICS
    ),
    "ad_group_ad": Resource(attributed=("customer", "campaign", "ad_group")),
    "geo_target_constant": Resource(),
    "click_view": Resource(
        attributed=("customer", "campaign", "ad_group"),
        segments=frozenset(
            {"date", "ad_network_type", "click_type", "device", "slot", "month_of_year"}
        ),
        # There is no cost of a single click.
        metrics=frozenset({"clicks"}),
    ),
    "offline_conversion_upload_client_summary": Resource(attributed=("customer",)),
    "offline_conversion_upload_conversion_action_summary": Resource(attributed=("customer",)),
}


def resource(name):
    """Return the ``Resource`` of a FROM clause.

    :raise RequestRefused: Google, or this sandbox, has no such resource
    """
    if name not in RESOURCES:
        known = name in ROW.DESCRIPTOR.fields_by_name
        refuse(
            "query_error.BAD_RESOURCE_TYPE_IN_FROM_CLAUSE",
            f"'{name}' is {'not in this sandbox' if known else 'no resource'}.",
        )
    return RESOURCES[name]


def resolve(path, from_name, clause):
    """Return the descriptor of a field named in a query.

    :param clause: ``SELECT`` or ``WHERE``; for the error's name
    :raise RequestRefused: unknown field, or one that cannot go with the FROM resource
    """
    first, *rest = path.split(".")
    top = ROW.DESCRIPTOR.fields_by_name.get(first)
    allowed = RESOURCES[from_name]
    field = top and _descend(top, rest)
    if not rest or field is None:
        refuse(
            "query_error.UNRECOGNIZED_FIELD",
            f"Error in query: unrecognized field '{path}'.",
            trigger=path,
        )
    if first in ("segments", "metrics"):
        if rest[0] not in getattr(allowed, first):
            kind = first[:-1].upper()
            refuse(
                f"query_error.PROHIBITED_{kind}_IN_SELECT_OR_WHERE_CLAUSE",
                f"'{path}' cannot be queried from '{from_name}' (or not in this sandbox).",
                trigger=path,
            )
    elif first != from_name and first not in allowed.attributed:
        refuse(
            f"query_error.PROHIBITED_RESOURCE_TYPE_IN_{clause}_CLAUSE",
            f"'{first}' is incompatible with '{from_name}'.",
            trigger=path,
        )
    if field.message_type is not None and not field.is_repeated:
        refuse(f"query_error.PROHIBITED_FIELD_IN_{clause}_CLAUSE", trigger=path)
    return field


def member(descriptor, name):
    """Return a message's field by its GAQL name (``type`` is ``type_`` in the library)."""
    fields = descriptor.fields_by_name
    return fields.get(name) or fields.get(f"{name}_")


def _descend(field, names):
    for name in names:
        if field.message_type is None or field.is_repeated:
            return None
        field = member(field.message_type, name)
        if field is None:
            return None
    return field


def operand(field, path, value):
    """Return a value of a condition in the field's own type.

    :raise RequestRefused: the value does not fit the field
    """
    if field.enum_type is not None:
        if value not in field.enum_type.values_by_name:
            refuse("query_error.BAD_ENUM_CONSTANT", f"'{value}' is no value of {path}.")
        return value
    if field.type == FieldDescriptor.TYPE_BOOL:
        if str(value).upper() not in ("TRUE", "FALSE"):
            refuse("query_error.BAD_VALUE", f"'{value}' is not TRUE or FALSE.")
        return str(value).upper() == "TRUE"
    if field.type in _INTEGERS or field.type == FieldDescriptor.TYPE_DOUBLE:
        try:
            return float(value)
        except ValueError:
            refuse("query_error.BAD_NUMBER", f"'{value}' is no number.")
    if not isinstance(value, str):
        refuse("query_error.INVALID_STRING_VALUE", f"{value} must be in quotes.")
    if path == "segments.date":
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            refuse("query_error.INVALID_DATE_FORMAT", f"'{value}' is not YYYY-MM-DD.")
    return value


def fill(message, path, value):
    """Set a value at a dotted path of a ``GoogleAdsRow``.

    :param value: of an enum, its member's name, or a number that the library need not know
    """
    *parents, last = path.split(".")
    for name in parents:
        message = getattr(message, member(message.DESCRIPTOR, name).name)
    field = member(message.DESCRIPTOR, last)
    if field.is_repeated:
        for item in value:
            target = getattr(message, field.name)
            if field.message_type is None:
                target.append(item)
            else:
                target.add(**item)
        return
    if field.enum_type is not None and not isinstance(value, int):
        value = field.enum_type.values_by_name[value].number
    setattr(message, field.name, value)
