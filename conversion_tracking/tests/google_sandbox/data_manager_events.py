"""The rules for the events of a Data Manager request.

Sources: the docstrings of ``google.ads.datamanager_v1.types`` (required fields, limits,
``ErrorReason``, ``WarningReason``); developers.google.com/data-manager/api/devguides
(limits, concepts/formatting, events/google-ads/offline/send-events).
"""

import base64
import binascii
import math
import re
from datetime import timedelta

from .currencies import CURRENCIES
from .events import CLICK_KINDS
from .identifiers import has_email_or_phone, is_sha256_hex

MAX_EVENTS, MAX_IDENTIFIERS = 2000, 10
BASE64 = 2
_NUMBER = re.compile(r"\d+", re.ASCII)
_REGION = re.compile(r"[A-Z]{2}")
_OTHER_IDENTIFIERS = ("session_attributes", "mobile_device_id", "dclid", "match_id")


class EventRules:
    """Checks the events of one request, noting everything in ``findings``."""

    def __init__(self, sandbox, request, findings):
        self._sandbox = sandbox
        self._request = request
        self._findings = findings
        future = timedelta(minutes=sandbox.switches.future_minutes_allowed)
        self._latest = sandbox.clock.now() + future
        self._references = {
            destination.get("reference") for destination in request.get("destinations", ())
        }

    def check(self):
        """Go through all events."""
        events = self._request.get("events", [])
        if not events:
            self._findings.missing("events")
        if len(events) > MAX_EVENTS:
            self._findings.refuse("events", "TOO_MANY_EVENTS")
            return
        if any("user_data" in event for event in events) and not self._request.get("encoding"):
            self._findings.missing("encoding")
        for index, event in enumerate(events):
            self._check_event(f"events.events[{index}]", event)
            self._check_transaction_id(f"events[{index}]", event)

    def _check_event(self, path, event):
        for reference in event.get("destination_references", ()):
            if reference not in self._references:
                self._findings.refuse(f"{path}.destination_references", "INVALID_DESTINATION")
        if not event.get("event_source"):
            self._findings.missing(f"{path}.event_source")
        if not event.get("event_timestamp"):
            self._findings.missing(f"{path}.event_timestamp")
        elif event["event_timestamp"] > self._latest:
            self._findings.refuse(f"{path}.event_timestamp", "EVENT_TIME_INVALID")
        self._check_identifiers(path, event)
        self._check_money(path, event)
        if "custom_variables" in event:
            self._check_custom_variables(path, event["custom_variables"])
        if "cart_data" in event:
            self._check_cart(path, event)

    def _check_transaction_id(self, path, event):
        """Refuse what was seen refused on the live service: only for real, as a whole event."""
        transaction_id = event.get("transaction_id", "")
        if self._request.get("validate_only") or not transaction_id:
            return
        if len(transaction_id) < 3 or _NUMBER.fullmatch(transaction_id):
            self._findings.refuse(path, "INVALID_EVENT")

    def _check_identifiers(self, path, event):
        identifiers = event.get("ad_identifiers", {})
        clicks = [kind for kind in CLICK_KINDS if identifiers.get(kind)]
        if len(clicks) > 1:
            self._findings.refuse(
                f"{path}.ad_identifiers",
                "INVALID_EVENT",
                "Set exactly one of gclid, gbraid and wbraid.",
            )
        if "third_party_user_data" in event:
            self._findings.refuse(
                f"{path}.third_party_user_data", "THIRD_PARTY_USER_DATA_NOT_ALLOWED"
            )
        if "user_data" in event:
            self._check_user_data(f"{path}.user_data", event["user_data"])
        elif not clicks and not has_other_identifier(event):
            self._findings.refuse(path, "NO_IDENTIFIERS_PROVIDED")

    def _check_user_data(self, path, user_data):
        path = f"{path}.user_identifiers"
        entries = user_data.get("user_identifiers", [])
        if not entries:
            self._findings.missing(path)
        if len(entries) > MAX_IDENTIFIERS:
            self._findings.refuse(path, "TOO_MANY_USER_IDENTIFIERS")
        for index, entry in enumerate(entries):
            if not entry:
                self._findings.missing(f"{path}[{index}]")
            for name, value in entry.items():
                if name == "address":
                    self._check_address(f"{path}[{index}].address", value)
                else:
                    self._check_hash(f"{path}[{index}].{name}", value)

    def _check_address(self, path, address):
        for name in ("given_name", "family_name", "region_code", "postal_code"):
            if not address.get(name):
                self._findings.missing(f"{path}.{name}")
        for name in ("given_name", "family_name"):
            if address.get(name):
                self._check_hash(f"{path}.{name}", address[name])
        if address.get("region_code") and not _REGION.fullmatch(address["region_code"]):
            self._findings.refuse(f"{path}.region_code", "INVALID_REGION_CODE")

    def _check_hash(self, path, value):
        in_base64 = self._request.get("encoding") == BASE64
        try:
            hexadecimal = hex_of(value, self._request.get("encoding"))
        except ValueError:
            reason = "INVALID_BASE64_ENCODING" if in_base64 else "INVALID_HEX_ENCODING"
            self._findings.refuse(path, reason)
            return
        lenient = in_base64 or not self._sandbox.switches.upper_case_hash_refused
        if not is_sha256_hex(hexadecimal, upper_case_allowed=lenient):
            self._findings.refuse(path, "INVALID_SHA256_FORMAT")

    def _check_money(self, path, event):
        if event.get("currency") and event["currency"] not in CURRENCIES:
            self._findings.refuse(f"{path}.currency", "INVALID_CURRENCY_CODE")
        value = event.get("conversion_value")
        if value is None:
            return
        if not math.isfinite(value) or (
            value == 0 and not self._sandbox.switches.value_zero_allowed
        ):
            self._findings.refuse(f"{path}.conversion_value", "INVALID_NUMBER_FORMAT")

    def _check_custom_variables(self, path, variables):
        known = {
            variable["name"]: variable["status"]
            for destination in self._request.get("destinations", ())
            for variable in self._custom_variables_of(destination)
        }
        for index, variable in enumerate(variables):
            place = f"{path}.custom_variables[{index}]"
            if has_email_or_phone(variable.get("value", "")):
                self._findings.refuse(f"{place}.value", "CUSTOM_VARIABLE_VALUE_CONTAINS_PII")
            status = known.get(variable.get("variable"))
            if status != "ENABLED":
                self._findings.warn(
                    f"{place}.variable",
                    "CUSTOM_VARIABLE_NOT_ENABLED" if status else "GENERIC",
                    "The custom variable is unknown or not enabled; it is ignored.",
                )

    def _custom_variables_of(self, destination):
        account_id = destination.get("operating_account", {}).get("account_id")
        account = self._sandbox.world.accounts.get(account_id, {})
        return account.get("custom_variables", {}).values()

    def _check_cart(self, path, event):
        cart, identifiers = event["cart_data"], event.get("ad_identifiers", {})
        if identifiers.get("gbraid") or identifiers.get("wbraid"):
            self._findings.warn(
                f"{path}.cart_data", "CART_DATA_NOT_SUPPORTED_WITH_GBRAID_OR_WBRAID"
            )
        if cart.get("merchant_id") and not _NUMBER.fullmatch(cart["merchant_id"]):
            self._findings.warn(f"{path}.cart_data.merchant_id", "INVALID_MERCHANT_ID")
        for index, item in enumerate(cart.get("items", ())):
            for name in ("merchant_product_id", "unit_price"):
                if name not in item:
                    self._findings.warn(
                        f"{path}.cart_data.items[{index}].{name}",
                        f"CART_DATA_ITEM_{name.upper()}_MISSING",
                    )


def has_other_identifier(event):
    """Tell whether an event has an identifier besides click ids, e-mail and phone."""
    identifiers = event.get("ad_identifiers", {})
    device = identifiers.get("landing_page_device_info", {})
    return any(identifiers.get(name) for name in _OTHER_IDENTIFIERS) or bool(
        device.get("ip_address")
    )


def hex_of(value, encoding):
    """Return an identifier in hexadecimal.

    :raise ValueError: it is not in the given encoding
    """
    if encoding == BASE64:
        try:
            return base64.b64decode(value, validate=True).hex()
        except binascii.Error as error:
            raise ValueError(str(error)) from None
    bytes.fromhex(value)
    return value
