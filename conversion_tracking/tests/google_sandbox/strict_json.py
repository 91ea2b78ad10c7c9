"""Reading JSON into a message's shape as strictly as Google's REST front end does.

The shape comes from the descriptor of the library's own message class. Field names are
taken in camelCase and snake_case, enum values as names and as numbers (Google's REST
client sends numbers); everything unknown is an error with its place.
"""

import base64
import binascii
import contextlib
import json
import re
from datetime import datetime
from functools import cache

from google.protobuf.descriptor import FieldDescriptor

_TIMESTAMP = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)
_INTEGER = re.compile(r"-?\d+", re.ASCII)
_FLOATS = {FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FLOAT}


class BadJson(Exception):
    """The body does not have the message's shape.

    ``violations`` is a list of (field path, description).
    """

    def __init__(self, violations):
        super().__init__(violations[0][1])
        self.violations = violations


def read(body, descriptor):
    """Return the JSON object ``body`` (bytes) as a dict with snake_case names.

    Enum values become numbers, timestamps aware datetimes, bytes are decoded; absent and
    null fields are left out.

    :raise BadJson: not JSON, an unknown name, a wrong type, two members of a oneof
    """
    try:
        value = json.loads(body)
    except ValueError as error:
        raise BadJson([("", f"Invalid JSON payload received. {error}")]) from None
    violations = []
    result = _message(value, descriptor, "", violations)
    if violations:
        raise BadJson(violations)
    return result


@cache
def _fields(descriptor):
    """Return {accepted JSON name: (field, reader, is list)} of a message."""
    table = {}
    for field in descriptor.fields:
        table[field.json_name] = table[field.name] = (field, _reader(field), field.is_repeated)
    return table


def _reader(field):
    if field.message_type is not None:
        if field.message_type.full_name == "google.protobuf.Timestamp":
            return _timestamp
        return lambda value, path, violations: _message(value, field.message_type, path, violations)
    if field.enum_type is not None:
        numbers = {value.name: value.number for value in field.enum_type.values}
        return lambda value, path, violations: _enum(value, numbers, field, path, violations)
    if field.type in _FLOATS:
        return _float
    return {
        FieldDescriptor.TYPE_STRING: _string,
        FieldDescriptor.TYPE_BOOL: _bool,
        FieldDescriptor.TYPE_BYTES: _bytes,
    }.get(field.type, _int)


def _message(value, descriptor, path, violations):
    if not isinstance(value, dict):
        _wrong(value, path, descriptor.full_name, violations)
        return {}
    fields = _fields(descriptor)
    result, oneofs = {}, set()
    for name, item in value.items():
        known = fields.get(name)
        if known is None:
            where = f" at '{path}'" if path else ""
            violations.append(
                (
                    path,
                    f'Invalid JSON payload received. Unknown name "{name}"{where}: '
                    "Cannot find field.",
                )
            )
            continue
        if item is None:
            continue
        field, reader, is_list = known
        place = f"{path}.{field.name}" if path else field.name
        if field.containing_oneof and len(field.containing_oneof.fields) > 1:
            if field.containing_oneof.name in oneofs:
                violations.append(
                    (
                        place,
                        f"Invalid value at '{path}' (oneof), oneof field "
                        f"'{field.containing_oneof.name}' is already set. Cannot set '{name}'",
                    )
                )
            oneofs.add(field.containing_oneof.name)
        if not is_list:
            result[field.name] = reader(item, place, violations)
        elif isinstance(item, list):
            result[field.name] = [
                reader(element, f"{place}[{index}]", violations)
                for index, element in enumerate(item)
            ]
        else:
            _wrong(item, place, "repeated", violations)
    return result


def _wrong(value, path, type_name, violations):
    violations.append((path, f"Invalid value at '{path}' ({type_name}), {json.dumps(value)}"))


def _string(value, path, violations):
    if not isinstance(value, str):
        _wrong(value, path, "TYPE_STRING", violations)
    return value


def _bool(value, path, violations):
    if not isinstance(value, bool):
        _wrong(value, path, "TYPE_BOOL", violations)
    return value


def _int(value, path, violations):
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        _wrong(value, path, "TYPE_INT64", violations)
    return value


def _float(value, path, violations):
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    try:
        return float(value if isinstance(value, str) else "")
    except ValueError:
        _wrong(value, path, "TYPE_DOUBLE", violations)


def _bytes(value, path, violations):
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, binascii.Error, ValueError):
        _wrong(value, path, "TYPE_BYTES", violations)


def _enum(value, numbers, field, path, violations):
    if isinstance(value, str) and value in numbers:
        return numbers[value]
    if not isinstance(value, int) or isinstance(value, bool):
        _wrong(value, path, f"type.googleapis.com/{field.enum_type.full_name}", violations)
    return value


def _timestamp(value, path, violations):
    if isinstance(value, str) and _TIMESTAMP.fullmatch(value):
        with contextlib.suppress(ValueError):  # the 30th of February
            return datetime.fromisoformat(value.upper())
    _wrong(
        value, path, "type.googleapis.com/google.protobuf.Timestamp), Field (RFC 3339", violations
    )
