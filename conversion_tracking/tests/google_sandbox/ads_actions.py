"""``ConversionActionService``: creating, changing and removing conversion actions.

Sources: ``conversion_action.py`` (resource) and ``ConversionActionError`` in the library;
support.google.com/google-ads/answer/3123169 for the ranges of the windows.
"""

import re

from google.ads.googleads.v26.enums.types import response_content_type
from google.ads.googleads.v26.services.types import conversion_action_service

from . import ads_fields, ads_rows
from .currencies import CURRENCIES
from .failures import AdsError, RequestRefused, partial_failure, refuse

_MAX_OPERATIONS = 10_000
_RESOURCE_NAME = re.compile(r"customers/(\d{10})/conversionActions/(\d+)", re.ASCII)
_CREATABLE = {"UPLOAD_CLICKS", "UPLOAD_CALLS", "WEBPAGE", "AD_CALL", "WEBSITE_CALL"}
_MODELS_ALLOWED = {
    "UNSPECIFIED",
    "EXTERNAL",
    "GOOGLE_ADS_LAST_CLICK",
    "GOOGLE_SEARCH_ATTRIBUTION_DATA_DRIVEN",
}
_MUTABLE_RESOURCE = (
    response_content_type.ResponseContentTypeEnum.ResponseContentType.MUTABLE_RESOURCE
)
# Field of the message -> key of the world's state.
_KEYS = {
    "name": "name",
    "type": "type",
    "status": "status",
    "category": "category",
    "counting_type": "counting",
    "primary_for_goal": "primary",
    "click_through_lookback_window_days": "window_days",
    "view_through_lookback_window_days": "view_window_days",
    "value_settings.default_value": "default_value",
    "value_settings.default_currency_code": "default_currency",
    "value_settings.always_use_default_value": "always_default",
    "attribution_model_settings.attribution_model": "attribution_model",
}
_OUTPUT_ONLY = {"id", "origin", "owner_customer", "tag_snippets", "resource_name"}
_DEFAULTS = {
    "status": "ENABLED",
    "category": "DEFAULT",
    "counting": "MANY_PER_CLICK",
    "primary": True,
    "window_days": 30,
    "default_value": 0.0,
    "always_default": False,
}
_RANGES = {"window_days": (1, 90), "view_window_days": (1, 30)}
_next_id = iter(range(7_100_000_001, 8_000_000_000))


def mutate(call, request):
    """Answer ``MutateConversionActions``: all operations, or those that are right."""
    account = call.sandbox.access.check_customer(call, request.customer_id, write=True)
    operations = request.operations
    if not operations:
        refuse("request_error.REQUIRED_FIELD_MISSING", path=("operations",))
    if len(operations) > _MAX_OPERATIONS:
        refuse("request_error.TOO_MANY_MUTATE_OPERATIONS", path=("operations",))
    call.sandbox.access.count(account, len(operations))
    actions = account["conversion_actions"]
    draft = {action_id: dict(action) for action_id, action in actions.items()}
    results, errors = [], []
    for index, operation in enumerate(operations):
        try:
            results.append(_Operation(call, request.customer_id, draft, index).apply(operation))
        except RequestRefused as refused:
            errors.extend(refused.errors)
            results.append(None)
    if errors and not request.partial_failure:
        raise RequestRefused(*errors)
    response = conversion_action_service.MutateConversionActionsResponse.pb()()
    if errors:
        response.partial_failure_error.CopyFrom(partial_failure(errors, call.request_id))
    if not request.validate_only:
        path = f"accounts/{request.customer_id}/conversion_actions"
        call.world.update(path, draft, call.sandbox.clock.now())
        for action_id in results:
            _fill_result(response.results.add(), request, action_id, draft.get(action_id))
    return response


def _fill_result(result, request, action_id, action):
    """Fill one operation's result; it stays empty for an operation that failed."""
    if action is None:
        return
    fields = ads_rows.action_fields(request.customer_id, action_id, action)
    result.resource_name = fields["conversion_action.resource_name"]
    if request.response_content_type == _MUTABLE_RESOURCE:
        row = ads_fields.ROW()
        for path, value in fields.items():
            ads_fields.fill(row, path, value)
        result.conversion_action.CopyFrom(row.conversion_action)


class _Operation:
    """Applies one operation to a draft of the account's conversion actions."""

    def __init__(self, call, customer_id, draft, index):
        self._call, self._customer_id, self._draft = call, customer_id, draft
        self._index = index
        self._kind = None

    def apply(self, operation):
        """Return the id of the action that was created, changed or removed."""
        self._kind = operation.WhichOneof("operation")
        if self._kind is None:
            self._refuse("request_error.OPERATION_REQUIRED")
        return getattr(self, f"_{self._kind}")(operation)

    def _refuse(self, code, field=None, message=""):
        path = [("operations", self._index)]
        if self._kind:
            path += [self._kind, *(field.split(".") if field else ())]
        raise RequestRefused(AdsError(code, message, tuple(path)))

    def _create(self, operation):
        if self._call.world.conversion_customer(self._customer_id) != self._customer_id:
            self._refuse(
                "conversion_action_error.CREATION_NOT_SUPPORTED",
                message="Conversion actions belong to the account's conversion customer.",
            )
        values = {}
        for field in _KEYS:
            value = _read(operation.create, field)
            if value is not None:
                values[_KEYS[field]] = value
        if not values.get("name"):
            self._refuse("field_error.REQUIRED", "name", "The required field was not present.")
        if "type" not in values:
            self._refuse("field_error.REQUIRED", "type", "The required field was not present.")
        if values["type"] not in _CREATABLE:
            self._refuse("conversion_action_error.CREATION_NOT_SUPPORTED", "type")
        if operation.create.id or operation.create.owner_customer:
            self._refuse("field_error.VALUE_MUST_BE_UNSET", "id")
        action_id = str(next(_next_id))
        self._check(action_id, values)
        self._draft[action_id] = _DEFAULTS | values | {"created": self._call.sandbox.clock.now()}
        return action_id

    def _update(self, operation):
        action_id, action = self._find(operation.update.resource_name)
        paths = [path.replace("type_", "type") for path in operation.update_mask.paths]
        if not paths:
            self._refuse("field_mask_error.FIELD_MASK_MISSING")
        values = {}
        for path in paths:
            if path == "type" or path.partition(".")[0] in _OUTPUT_ONLY:
                self._refuse("field_error.IMMUTABLE_FIELD", path)
            fields = [known for known in _KEYS if known == path or known.startswith(f"{path}.")]
            if not fields:
                self._refuse("field_mask_error.FIELD_NOT_FOUND", path)
            for field in fields:
                value = _read(operation.update, field)
                values[_KEYS[field]] = _DEFAULTS.get(_KEYS[field]) if value is None else value
        if action["status"] == "REMOVED":
            self._refuse("conversion_action_error.UPDATE_NOT_SUPPORTED")
        self._check(action_id, values)
        action.update(values)
        return action_id

    def _remove(self, operation):
        action_id, action = self._find(operation.remove)
        action["status"] = "REMOVED"
        return action_id

    def _find(self, resource_name):
        if not resource_name:
            self._refuse("request_error.RESOURCE_NAME_MISSING", "resource_name")
        match = _RESOURCE_NAME.fullmatch(resource_name)
        if not match:
            self._refuse("request_error.RESOURCE_NAME_MALFORMED", "resource_name")
        if match[1] != self._customer_id or match[2] not in self._draft:
            self._refuse("mutate_error.RESOURCE_NOT_FOUND", "resource_name")
        return match[2], self._draft[match[2]]

    def _check(self, action_id, values):
        """Check new values, whether of a create or an update."""
        if "name" in values:
            keeps = self._call.sandbox.switches.removed_action_keeps_name
            for other_id, other in self._draft.items():
                taken = other["name"] == values["name"] and other_id != action_id
                if taken and (keeps or other["status"] != "REMOVED"):
                    self._refuse("conversion_action_error.DUPLICATE_NAME", "name")
        for key, (lowest, highest) in _RANGES.items():
            if key in values and values[key] < lowest:
                self._refuse("range_error.TOO_LOW", _field_of(key))
            if key in values and values[key] > highest:
                self._refuse("range_error.TOO_HIGH", _field_of(key))
        if values.get("attribution_model", "UNSPECIFIED") not in _MODELS_ALLOWED:
            self._refuse(
                "conversion_action_error.CANNOT_SET_RULE_BASED_ATTRIBUTION_MODELS",
                _field_of("attribution_model"),
            )
        if values.get("default_value", 0.0) < 0:
            self._refuse("range_error.TOO_LOW", _field_of("default_value"))
        if values.get("default_currency") and values["default_currency"] not in CURRENCIES:
            self._refuse("currency_code_error.UNSUPPORTED", _field_of("default_currency"))


def _field_of(key):
    return next(field for field, known in _KEYS.items() if known == key)


def _read(message, path):
    """Return a field of the action as the state writes it; ``None`` if it is not set."""
    *parents, last = path.split(".")
    for name in parents:
        if not message.HasField(name):
            return None
        message = getattr(message, name)
    field = ads_fields.member(message.DESCRIPTOR, last)
    value = getattr(message, field.name)
    if field.has_presence and not message.HasField(field.name):
        return None
    if field.enum_type is not None:
        known = field.enum_type.values_by_number.get(value)
        if known is None:
            raise RequestRefused(AdsError("request_error.INVALID_ENUM_VALUE", path=(path,)))
        return known.name if value else None
    return value
