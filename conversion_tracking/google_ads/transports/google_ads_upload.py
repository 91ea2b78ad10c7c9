"""Delivery through the Google Ads API's upload services, closed to new users since June 2026.

https://developers.google.com/google-ads/api/docs/conversions/upload-offline
"""

from collections.abc import Sequence
from datetime import datetime, timezone

from ..ads_failure import partial_failures
from ..connection import Connection
from ..errors import TransportFault, worst
from ..events import Adjustment, ConversionEvent, Delivery, Outcome, RequestStatus, judged
from ..hashing import hashed_identifiers
from ..library_errors import ads_faults
from .base import LARGEST_BATCH

_HASHED_FIELDS = {"email_address": "hashed_email", "phone_number": "hashed_phone_number"}


class GoogleAdsUploadTransport:
    """Sends events to ``ConversionUploadService``, corrections to its adjustment sister.

    Google judges each row at once, so outcomes are final and :meth:`status` has nothing to ask.
    The transaction id travels as ``order_id``, which Google accepts once per conversion action: a
    row sent again after a lost answer comes back as a duplicate, that is as delivered.
    """

    max_batch = LARGEST_BATCH

    def __init__(self, connection: Connection):
        self.connection = connection

    def send(self, events: Sequence[ConversionEvent], validate_only: bool = False) -> Delivery:
        """Send events; rows that Google refuses do not stop the others.

        :raise TransportFault: refused as a whole, or no usable answer
        """
        request = self.connection.ads_type("UploadClickConversionsRequest")
        request.conversions.extend(self._conversion(event) for event in events)
        return self._upload(
            "ConversionUploadService",
            "upload_click_conversions",
            request,
            len(events),
            validate_only,
        )

    def adjust(self, adjustments: Sequence[Adjustment], validate_only: bool = False) -> Delivery:
        """Restate or retract events, named by their transaction id.

        :raise TransportFault: refused as a whole, or no usable answer
        """
        request = self.connection.ads_type("UploadConversionAdjustmentsRequest")
        request.conversion_adjustments.extend(self._adjustment(item) for item in adjustments)
        return self._upload(
            "ConversionAdjustmentUploadService",
            "upload_conversion_adjustments",
            request,
            len(adjustments),
            validate_only,
        )

    def status(self, request_id: str, count: int) -> RequestStatus:
        """Never asked: the outcomes of :meth:`send` are final.

        :raise ValueError: always
        """
        raise ValueError("The Google Ads API answers at once; there is no later status.")

    def _upload(self, service, method, request, count, validate_only) -> Delivery:
        request.customer_id = self.connection.customer_id
        request.partial_failure = True  # Google refuses the request without it
        request.validate_only = validate_only
        response = self.connection.ads_call(service, method, request)
        rows: dict[int | None, list] = {}
        if response.partial_failure_error.code:
            for fault in ads_faults(partial_failures(response)):
                rows.setdefault(fault.index, []).append(fault)
        strays = [f for index, found in rows.items() if index not in range(count) for f in found]
        if strays:  # an error that names no row of ours concerns them all
            raise TransportFault(*strays)
        request_id = str(response.job_id or "")
        taken = "accepted" if validate_only else "delivered"
        return Delivery(
            request_id,
            [
                judged(worst(rows[index]), request_id, index)
                if index in rows
                else Outcome(taken, None, request_id, index)
                for index in range(count)
            ],
        )

    def _conversion(self, event):
        conversion = self.connection.ads_type("ClickConversion")
        conversion.conversion_action = self._action_name(event)
        conversion.conversion_date_time = google_time(event.occurred_at)
        conversion.order_id = event.transaction_id
        if event.click_id:
            setattr(conversion, *event.click_id)
        if event.value is not None:
            conversion.conversion_value = float(event.value)
        if event.currency:
            conversion.currency_code = event.currency
        if event.consent != "unknown":
            conversion.consent.ad_user_data = self.connection.ads_enum(
                "ConsentStatusEnum", event.consent.upper()
            )
        if event.identifies_person:
            for identifier in hashed_identifiers(event.email, event.phone, event.country_code):
                [(kind, digest)] = identifier.items()
                user_identifier = self.connection.ads_type("UserIdentifier")
                setattr(user_identifier, _HASHED_FIELDS[kind], digest)
                conversion.user_identifiers.append(user_identifier)
        return conversion

    def _adjustment(self, item):
        adjustment = self.connection.ads_type("ConversionAdjustment")
        adjustment.conversion_action = self._action_name(item.event)
        adjustment.adjustment_type = self.connection.ads_enum(
            "ConversionAdjustmentTypeEnum", item.kind.upper()
        )
        adjustment.adjustment_date_time = google_time(item.adjusted_at)
        adjustment.order_id = item.event.transaction_id
        if item.kind == "restatement":  # a value sent with a retraction is an error
            adjustment.restatement_value.adjusted_value = float(item.value)
            if currency := item.currency or item.event.currency:
                adjustment.restatement_value.currency_code = currency
        return adjustment

    def _action_name(self, event) -> str:
        return (
            f"customers/{self.connection.customer_id}/conversionActions/"
            f"{event.conversion_action_id}"
        )


def google_time(moment: datetime) -> str:
    """``yyyy-mm-dd hh:mm:ss+00:00``, the only form that the upload services read.

    In UTC, since the offset of a historical time zone may have seconds, which they refuse.
    """
    return moment.astimezone(timezone.utc).isoformat(sep=" ", timespec="seconds")
