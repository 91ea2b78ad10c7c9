"""``ConversionUploadService.UploadClickConversions``.

Sources: ``ConversionUploadError`` and ``conversion_upload_service.py`` in the library;
developers.google.com/google-ads/api/docs/conversions/upload-offline.
"""

import math

from google.ads.googleads.v26.services.types import conversion_upload_service

from . import ads_batches
from .currencies import CURRENCIES
from .events import CLICK_KINDS, Event, recorded_value
from .identifiers import has_email_or_phone, is_sha256_hex
from .ledger import Conversion

_FAMILY = "conversion_upload_error"
_CONSENT = {2: "GRANTED", 3: "DENIED"}
_JUDGEMENTS = {
    "UNKNOWN": "EVENT_NOT_FOUND",
    "NO_MATCH": "CLICK_NOT_FOUND",
    "WRONG_ACCOUNT": "INVALID_CUSTOMER_FOR_CLICK",
    "TRACKING_OFF": "CONVERSION_TRACKING_NOT_ENABLED_AT_IMPRESSION_TIME",
    "PRECEDES": "CONVERSION_PRECEDES_EVENT",
    "TOO_RECENT": "TOO_RECENT_EVENT",
    "EXPIRED": "EXPIRED_EVENT",
    "BRAID_ON_ONE_PER_CLICK": "ONE_PER_CLICK_CONVERSION_ACTION_NOT_PERMITTED_WITH_BRAID",
}
_ALLOWLISTED_FIELDS = (
    *("user_ip_address", "session_attributes_encoded"),
    "session_attributes_key_value_pairs",
)


def upload_click_conversions(call, request):
    """Answer ``UploadClickConversions``."""
    account = call.sandbox.access.check_customer(call, request.customer_id, write=True)
    ads_batches.refuse_unless_allowed(call, call.world.project.get("old_upload_allowed"))
    status, fill, job_id = ads_batches.run(
        call,
        request,
        account,
        rows_field="conversions",
        family=_FAMILY,
        too_many="TOO_MANY_CONVERSIONS_IN_REQUEST",
        row_class=_ClickConversions,
        order_id_of=lambda row: row.order_id,
    )
    response = conversion_upload_service.UploadClickConversionsResponse.pb()(job_id=job_id)
    if status:
        response.partial_failure_error.CopyFrom(status)
    fill(response.results)
    return response


class _ClickConversions:
    """Checks and records click conversions."""

    def __init__(self, call, customer_id):
        self._call, self._customer_id = call, customer_id
        self._sandbox = call.sandbox
        self._latest = ads_batches.latest_moment(call.sandbox)

    def duplicates(self, rows):
        """Refuse all rows that share an order id, or click and time, with another."""
        per_action = self._sandbox.switches.duplicate_click_per_action

        def click_key(row):
            click = row.gclid or row.gbraid or row.wbraid
            action = row.conversion_action if per_action else None
            return (action, click, row.conversion_date_time) if click else None

        refused = dict.fromkeys(
            ads_batches.repeated_keys([click_key(row) for row in rows]),
            f"{_FAMILY}.DUPLICATE_CLICK_CONVERSION_IN_REQUEST",
        )
        order_keys = [
            (row.conversion_action.rpartition("/")[2], row.order_id) if row.order_id else None
            for row in rows
        ]
        for position in ads_batches.repeated_keys(order_keys):
            refused[position] = f"{_FAMILY}.DUPLICATE_ORDER_ID"
        return refused

    def check(self, row, errors):
        """Note what is wrong with a row; return (event, action, click) if nothing is."""
        found = ads_batches.find_action(self._call, self._customer_id, row, _FAMILY, errors)
        time = None
        if row.conversion_date_time:
            time = ads_batches.moment(
                row.conversion_date_time, "conversion_date_time", errors, self._latest
            )
        else:
            errors.missing("conversion_date_time")
        self._check_identifiers(row, errors)
        self._check_values(row, errors)
        self._check_extras(row, errors)
        if found is None:
            return None
        owner, action_id, action = found
        self._check_action(row, owner, action, errors)
        if errors.found:
            return None
        event = Event(
            api="google_ads",
            account=owner,
            action=action_id,
            transaction_id=row.order_id,
            time=time,
            value=row.conversion_value if row.HasField("conversion_value") else None,
            currency=row.currency_code or None,
            click_ids={kind: getattr(row, kind) for kind in CLICK_KINDS if getattr(row, kind)},
            hashes=[
                entry.hashed_email or entry.hashed_phone_number for entry in row.user_identifiers
            ],
            consent=_CONSENT.get(row.consent.ad_user_data),
        )
        return event, action, self._check_click(event, action, errors)

    def _check_identifiers(self, row, errors):
        for field in ("gclid", "order_id", "currency_code"):
            if row.HasField(field) and not getattr(row, field):
                errors.add("string_length_error.TOO_SHORT", field)
        if row.gbraid and row.wbraid:
            errors.add(f"{_FAMILY}.GBRAID_WBRAID_BOTH_SET")
        if row.gclid and row.wbraid and self._sandbox.switches.gclid_with_wbraid_refused:
            errors.add("field_error.VALUE_MUST_BE_UNSET", "wbraid")
        if not (row.gclid or row.gbraid or row.wbraid or row.user_identifiers):
            errors.missing("gclid")
        if len(row.user_identifiers) > ads_batches.MAX_IDENTIFIERS:
            errors.add("collection_size_error.TOO_MANY", "user_identifiers")
        for entry in row.user_identifiers:
            kind = entry.WhichOneof("identifier")
            if kind not in ("hashed_email", "hashed_phone_number"):
                errors.add(f"{_FAMILY}.UNSUPPORTED_USER_IDENTIFIER", "user_identifiers")
                continue
            lenient = not self._sandbox.switches.upper_case_hash_refused
            if not is_sha256_hex(getattr(entry, kind), upper_case_allowed=lenient):
                errors.add(f"{_FAMILY}.INVALID_USER_IDENTIFIER", "user_identifiers")

    def _check_values(self, row, errors):
        if row.order_id and has_email_or_phone(row.order_id):
            errors.add(f"{_FAMILY}.ORDER_ID_CONTAINS_PII", "order_id")
        if row.currency_code and row.currency_code not in CURRENCIES:
            errors.add("currency_code_error.UNSUPPORTED", "currency_code")
        if not math.isfinite(row.conversion_value):
            errors.add("field_error.INVALID_VALUE", "conversion_value")

    def _check_extras(self, row, errors):
        if row.consent.ad_personalization:
            errors.add("field_error.VALUE_MUST_BE_UNSET", "consent.ad_personalization")
        for field in _ALLOWLISTED_FIELDS:
            if row.HasField(field):
                errors.add("not_allowlisted_error.CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE", field)
        if row.gbraid or row.wbraid:
            for field in ("custom_variables", "cart_data"):
                if getattr(row, field) and (
                    field == "custom_variables" or row.HasField("cart_data")
                ):
                    errors.add("field_error.VALUE_MUST_BE_UNSET", field)
        for variable in row.custom_variables:
            variable_id = variable.conversion_custom_variable.rpartition("/")[2]
            if self._custom_variables().get(variable_id, {}).get("status") != "ENABLED":
                errors.add(f"{_FAMILY}.CUSTOM_VARIABLE_NOT_ENABLED", "custom_variables")
            elif has_email_or_phone(variable.value):
                errors.add(f"{_FAMILY}.CUSTOM_VARIABLE_VALUE_CONTAINS_PII", "custom_variables")

    def _custom_variables(self):
        return self._call.world.accounts[self._customer_id].get("custom_variables", {})

    def _check_action(self, row, owner, action, errors):
        if action["type"] != "UPLOAD_CLICKS":
            errors.add(f"{_FAMILY}.INVALID_CONVERSION_ACTION_TYPE", "conversion_action")
        if ads_batches.is_too_new(self._sandbox, action):
            errors.add(f"{_FAMILY}.TOO_RECENT_CONVERSION_ACTION", "conversion_action")
        self._check_external(row, action, errors)
        if not row.user_identifiers:
            return
        account = self._call.world.accounts[owner]
        if not account.get("terms_accepted"):
            errors.add(f"{_FAMILY}.CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS")
        if account.get("data_policy_prohibits"):
            errors.add(f"{_FAMILY}.CUSTOMER_DATA_POLICY_PROHIBITS_ENHANCED_CONVERSIONS")
        if not account.get("enhanced_conversions"):
            errors.add(f"{_FAMILY}.CUSTOMER_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS")

    def _check_external(self, row, action, errors):
        kind = "EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION"
        has_data = row.HasField("external_attribution_data")
        if action.get("attribution_model") != "EXTERNAL":
            if has_data:
                errors.add(f"{_FAMILY}.EXTERNAL_ATTRIBUTION_DATA_SET_FOR_NON_{kind}")
            return
        if not has_data:
            errors.add(f"{_FAMILY}.EXTERNAL_ATTRIBUTION_DATA_NOT_SET_FOR_{kind}")
        if row.order_id:
            errors.add(f"{_FAMILY}.ORDER_ID_NOT_PERMITTED_FOR_{kind}", "order_id")
        if row.user_identifiers:
            errors.add(f"{_FAMILY}.{kind}_NOT_PERMITTED_WITH_USER_IDENTIFIER")

    def _check_click(self, event, action, errors):
        """Return the click's id, or note why there is none that counts."""
        ledger, world = self._sandbox.ledger, self._call.world
        if ledger.find(event.action, event.transaction_id):
            errors.add(f"{_FAMILY}.ORDER_ID_ALREADY_IN_USE", "order_id")
            return None
        click, judgement = self._sandbox.click_rules.judge(event, action)
        account = world.clicks[click]["account"] if click else None
        reached_as = self._call.login_customer or self._customer_id
        if judgement == "UNPARSEABLE":
            kind = next(kind for kind in CLICK_KINDS if event.click_ids.get(kind))
            errors.add(f"{_FAMILY}.UNPARSEABLE_{kind.upper()}", kind)
        elif judgement == "WRONG_ACCOUNT" and not world.manages(reached_as, account):
            errors.add(f"{_FAMILY}.UNAUTHORIZED_CUSTOMER")
        elif judgement == "EXPIRED" and not event.click_ids:
            errors.add(f"{_FAMILY}.CLICK_NOT_FOUND")
        elif judgement:
            errors.add(f"{_FAMILY}.{_JUDGEMENTS[judgement]}")
        elif click and world.clicks[click].get("att_denied"):
            errors.add(f"{_FAMILY}.CONVERSION_NOT_COMPLIANT_WITH_ATT_POLICY")
        else:
            per_action = self._sandbox.switches.duplicate_click_per_action
            if ledger.find_click(event.action if per_action else None, click, event.time):
                errors.add(f"{_FAMILY}.CLICK_CONVERSION_ALREADY_EXISTS")
        return click

    def carry_out(self, row, checked):
        """Record a conversion."""
        event, action, click = checked
        value, currency = recorded_value(event, action, self._call.world.accounts[event.account])
        self._sandbox.ledger.add(
            Conversion.of(event, click, value, currency, self._sandbox.clock.now()),
            one_per_click=action["counting"] == "ONE_PER_CLICK",
        )

    def note_refusal(self, row, reason):
        """Note a refused row in the ledger."""
        action_id = row.conversion_action.rpartition("/")[2]
        self._sandbox.ledger.refuse(
            *("google_ads", self._customer_id, action_id, row.order_id, reason),
            self._sandbox.clock.now(),
        )

    @staticmethod
    def describe(row, result):
        """Fill the result of an accepted row; it has no order id."""
        for field in (*CLICK_KINDS, "conversion_action", "conversion_date_time"):
            if getattr(row, field):
                setattr(result, field, getattr(row, field))
        result.user_identifiers.extend(row.user_identifiers)
