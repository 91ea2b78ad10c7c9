"""``ConversionAdjustmentUploadService.UploadConversionAdjustments``.

Sources: ``ConversionAdjustmentUploadError`` and ``conversion_adjustment_upload_service.py``
in the library; ads-developers.googleblog.com/2024/08/improvements-to-conversion-adjustment
(no more waiting for 24 hours).
"""

from datetime import timedelta

from google.ads.googleads.v26.enums.types import conversion_adjustment_type
from google.ads.googleads.v26.services.types import conversion_adjustment_upload_service

from . import ads_batches
from .currencies import CURRENCIES
from .identifiers import has_email_or_phone

_FAMILY = "conversion_adjustment_upload_error"
_TYPES = conversion_adjustment_type.ConversionAdjustmentTypeEnum.ConversionAdjustmentType
_ADJUSTABLE = {"SALESFORCE", "UPLOAD_CLICKS", "WEBPAGE"}


def upload_conversion_adjustments(call, request):
    """Answer ``UploadConversionAdjustments``."""
    account = call.sandbox.access.check_customer(call, request.customer_id, write=True)
    open_to_all = not call.sandbox.switches.adjustments_closed
    ads_batches.refuse_unless_allowed(
        call, open_to_all or call.world.project.get("old_upload_allowed")
    )
    status, fill, job_id = ads_batches.run(
        call,
        request,
        account,
        rows_field="conversion_adjustments",
        family=_FAMILY,
        too_many="TOO_MANY_ADJUSTMENTS_IN_REQUEST",
        row_class=_Adjustments,
        order_id_of=lambda row: row.order_id,
    )
    response_class = conversion_adjustment_upload_service.UploadConversionAdjustmentsResponse.pb()
    response = response_class(job_id=job_id)
    if status:
        response.partial_failure_error.CopyFrom(status)
    fill(response.results)
    return response


class _Adjustments:
    """Checks and applies corrections of conversions."""

    def __init__(self, call, customer_id):
        self._call, self._customer_id = call, customer_id
        self._sandbox = call.sandbox
        self._latest = ads_batches.latest_moment(call.sandbox)

    def duplicates(self, rows):
        """Refuse all rows that correct the same conversion at the same time."""
        keys = [
            (
                row.conversion_action.rpartition("/")[2],
                row.order_id,
                row.gclid_date_time_pair.SerializeToString(),
                row.adjustment_type,
                row.adjustment_date_time,
            )
            for row in rows
        ]
        repeated = ads_batches.repeated_keys(keys)
        return {
            position: f"{_FAMILY}."
            + (
                "DUPLICATE_ENHANCEMENT_IN_REQUEST"
                if rows[position].adjustment_type == _TYPES.ENHANCEMENT
                else "DUPLICATE_ADJUSTMENT_IN_REQUEST"
            )
            for position in repeated
        }

    def check(self, row, errors):
        """Note what is wrong with a row; return (conversion, time) if nothing is."""
        found = ads_batches.find_action(self._call, self._customer_id, row, _FAMILY, errors)
        if not row.adjustment_type:
            errors.missing("adjustment_type")
        elif row.adjustment_type not in _TYPES.__members__.values():
            errors.add("request_error.INVALID_ENUM_VALUE", "adjustment_type")
        time = None
        if row.adjustment_date_time:
            time = ads_batches.moment(
                row.adjustment_date_time, "adjustment_date_time", errors, self._latest
            )
        elif row.adjustment_type != _TYPES.ENHANCEMENT:
            errors.missing("adjustment_date_time")
        self._check_key(row, errors)
        self._check_value(row, found and found[2], errors)
        if found is None:
            return None
        _, action_id, action = found
        self._check_action(row, action, errors)
        if errors.found:
            return None
        conversion = self._find(row, action_id)
        if conversion is None:
            errors.add(f"{_FAMILY}.CONVERSION_NOT_FOUND")
        else:
            self._check_history(conversion, time, errors)
        return conversion, time

    def _check_key(self, row, errors):
        has_pair = row.HasField("gclid_date_time_pair")
        if row.HasField("order_id") and not row.order_id:
            errors.add("string_length_error.TOO_SHORT", "order_id")
        elif row.order_id and has_email_or_phone(row.order_id):
            errors.add(f"{_FAMILY}.ORDER_ID_CONTAINS_PII", "order_id")
        if row.adjustment_type == _TYPES.ENHANCEMENT:
            if not row.order_id:
                errors.add(f"{_FAMILY}.MISSING_ORDER_ID_FOR_WEBPAGE", "order_id")
        elif row.order_id and has_pair:
            errors.add(f"{_FAMILY}.GCLID_DATE_TIME_PAIR_AND_ORDER_ID_BOTH_SET")
        elif not row.HasField("order_id") and not has_pair:
            errors.missing("order_id")
        if row.user_identifiers and row.adjustment_type != _TYPES.ENHANCEMENT:
            errors.add("field_error.VALUE_MUST_BE_UNSET", "user_identifiers")

    def _check_value(self, row, action, errors):
        has_value = row.HasField("restatement_value")
        if row.adjustment_type != _TYPES.RESTATEMENT:
            if has_value:
                errors.add("field_error.VALUE_MUST_BE_UNSET", "restatement_value")
            return
        if not has_value or not row.restatement_value.HasField("adjusted_value"):
            errors.missing("restatement_value.adjusted_value")
        currency = row.restatement_value.currency_code
        if currency and currency not in CURRENCIES:
            errors.add("currency_code_error.UNSUPPORTED", "restatement_value.currency_code")
        if action and action.get("always_default"):
            errors.add(
                f"{_FAMILY}."
                "CANNOT_RESTATE_CONVERSION_ACTION_THAT_ALWAYS_USES_DEFAULT_CONVERSION_VALUE"
            )

    def _check_action(self, row, action, errors):
        suits = (
            action["type"] == "WEBPAGE"
            if row.adjustment_type == _TYPES.ENHANCEMENT
            else action["type"] in _ADJUSTABLE
        )
        if not suits:
            errors.add(f"{_FAMILY}.INVALID_CONVERSION_ACTION_TYPE", "conversion_action")
        if ads_batches.is_too_new(self._sandbox, action):
            errors.add(f"{_FAMILY}.TOO_RECENT_CONVERSION_ACTION", "conversion_action")

    def _find(self, row, action_id):
        """Return the conversion that a row means.

        One that came with an order id is found by that only; enhancements find nothing,
        because the sandbox has no conversions from tags.
        """
        ledger = self._sandbox.ledger
        if row.adjustment_type == _TYPES.ENHANCEMENT:
            return None
        if row.order_id:
            conversion = ledger.find(action_id, row.order_id)
        else:
            pair = row.gclid_date_time_pair
            time = ads_batches.parsed_moment(pair.conversion_date_time)
            conversion = ledger.find_click(action_id, pair.gclid, time)
            if conversion and conversion.transaction_id:
                return None
        foreign = conversion and conversion.api != "google_ads"
        if foreign and not self._sandbox.switches.data_manager_conversions_adjustable:
            return None
        return conversion

    def _check_history(self, conversion, time, errors):
        age = self._sandbox.clock.now() - conversion.time
        if conversion.retracted():
            errors.add(f"{_FAMILY}.CONVERSION_ALREADY_RETRACTED")
        if time < conversion.time:
            errors.add(f"{_FAMILY}.ADJUSTMENT_PRECEDES_CONVERSION", "adjustment_date_time")
        if age > timedelta(days=self._sandbox.switches.adjustment_days):
            errors.add(f"{_FAMILY}.CONVERSION_EXPIRED")
        earlier = [entry[1] for entry in conversion.adjustments or ()]
        if len(earlier) >= self._sandbox.switches.adjustments_per_conversion:
            errors.add(f"{_FAMILY}.TOO_MANY_ADJUSTMENTS")
        if time in earlier:
            errors.add(f"{_FAMILY}.RESTATEMENT_ALREADY_EXISTS", "adjustment_date_time")
        elif any(entry > time for entry in earlier):
            errors.add(f"{_FAMILY}.MORE_RECENT_RESTATEMENT_FOUND", "adjustment_date_time")

    def carry_out(self, row, checked):
        """Apply a correction."""
        conversion, time = checked
        value = row.restatement_value
        conversion.adjust(
            _TYPES(row.adjustment_type).name,
            time,
            self._sandbox.clock.now(),
            value.adjusted_value,
            value.currency_code or None,
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
        """Fill the result of an accepted row."""
        result.conversion_action = row.conversion_action
        result.adjustment_type = row.adjustment_type
        if row.adjustment_date_time:
            result.adjustment_date_time = row.adjustment_date_time
        if row.order_id:
            result.order_id = row.order_id
        if row.HasField("gclid_date_time_pair"):
            result.gclid_date_time_pair.CopyFrom(row.gclid_date_time_pair)
