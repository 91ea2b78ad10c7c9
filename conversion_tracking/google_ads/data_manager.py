"""Delivery through Google's Data Manager API.

https://developers.google.com/data-manager/api/devguides/events/google-ads/offline/send-events
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timezone

from . import processing
from .connection import Connection
from .errors import TransportFault, faults_of, make_fault, translated
from .events import Adjustment, ConversionEvent, Delivery, Outcome, RequestStatus
from .hashing import hashed_identifiers

MAX_EVENTS = 2_000  # https://developers.google.com/data-manager/api/devguides/limits
_DESTINATION = "action"


class DataManagerTransport:
    """Sends events to ``events:ingest`` and reads ``requestStatus:retrieve``.

    Google takes a request whole or not at all, and says half an hour later at the earliest what
    became of each event. The same transaction id again is not an error: it corrects the value, so
    a request whose answer was lost can be sent again.
    """

    max_batch = MAX_EVENTS

    def __init__(self, connection: Connection):
        self.connection = connection

    def send(self, events: Sequence[ConversionEvent], validate_only: bool = False) -> Delivery:
        """Send events of one conversion action.

        :param validate_only: let Google check the request and forget it; there is no request id
        :raise TransportFault: refused as a whole, or no usable answer
        """
        request = ingest_request(self.connection, events, validate_only)
        with translated():
            # The library's own retry is off: our caller decides, and knows what it has sent.
            response = self.connection.data_manager_client().ingest_events(
                request=request, retry=None, timeout=self.connection.timeout
            )
        if not (response.request_id or validate_only):
            raise TransportFault(make_fault("ANSWER_UNREADABLE", raw="no request id"))
        remarks = processing.remarks(response.field_warnings)
        return Delivery(
            response.request_id,
            [
                Outcome("accepted", remarks.get(index), response.request_id, index)
                for index in range(len(events))
            ],
        )

    def adjust(self, adjustments: Sequence[Adjustment], validate_only: bool = False) -> Delivery:
        """Send the events again with their new values; a retraction becomes the value 0.

        Google documents no retraction here, so the conversion itself stays counted.
        https://developers.google.com/data-manager/api/devguides/events/google-ads/conversion-adjustments
        """
        corrected = [
            replace(
                adjustment.event,
                value=adjustment.value or 0,
                currency=adjustment.currency or adjustment.event.currency,
            )
            for adjustment in adjustments
        ]
        return self.send(corrected, validate_only)

    def status(self, request_id: str, count: int) -> RequestStatus:
        """What became of the ``count`` events of an accepted request.

        :raise TransportFault: Google does not say (unknown or older than 50 days), or no answer

        Read as JSON: google-ads-datamanager 0.9.4 does not know ``recordIndices`` (REST since
        2026-11-04) and drops them.
        """
        from google.api_core.exceptions import from_http_response

        with translated():
            response = self.connection.data_manager_session().get(
                f"{self.connection.data_manager_url}/v1/requestStatus:retrieve",
                params={"requestId": request_id},
                timeout=self.connection.timeout,
            )
            if response.status_code != 200:
                raise TransportFault(*faults_of(from_http_response(response)))
            answer = response.json()
        return processing.request_status(answer, request_id, count)


def ingest_request(
    connection: Connection, events: Sequence[ConversionEvent], validate_only: bool = False
):
    """Google's request message for events of one conversion action.

    :raise ValueError: no events, or events of several actions

    The rows are filled on the protobuf messages below Google's proto-plus wrappers: the same
    fields and checks, at an eighth of the time.
    """
    from google.ads import datamanager_v1

    actions = {event.conversion_action_id for event in events}
    if len(actions) != 1:
        raise ValueError("A request carries events of exactly one conversion action.")
    message = datamanager_v1.IngestEventsRequest(
        destinations=[_destination(connection, actions.pop())],
        encoding="HEX",
        validate_only=validate_only,
    )
    rows = datamanager_v1.IngestEventsRequest.pb(message).events
    for event in events:
        _fill(rows.add(), event)
    return message


def _destination(connection, action_id):
    from google.ads.datamanager_v1 import Destination, ProductAccount

    destination = Destination(
        reference=_DESTINATION,
        product_destination_id=action_id,
        operating_account=ProductAccount(
            account_type="GOOGLE_ADS", account_id=connection.customer_id
        ),
    )
    if connection.login_customer_id:
        destination.login_account = ProductAccount(
            account_type="GOOGLE_ADS", account_id=connection.login_customer_id
        )
    return destination


def _fill(row, event):
    """Write ``event`` into the empty protobuf message ``row``."""
    from google.ads.datamanager_v1 import ConsentStatus, EventSource

    row.destination_references.append(_DESTINATION)
    row.transaction_id = event.transaction_id
    row.event_timestamp.FromDatetime(event.occurred_at.astimezone(timezone.utc))
    row.event_source = EventSource[event.event_source]
    if event.click_id:
        setattr(row.ad_identifiers, *event.click_id)
    if event.value is not None:
        row.conversion_value = float(event.value)
    if event.currency:
        row.currency = event.currency
    if event.consent != "unknown":
        row.consent.ad_user_data = ConsentStatus[f"CONSENT_{event.consent.upper()}"]
    if event.identifies_person:
        for identifier in hashed_identifiers(event.email, event.phone, event.country_code):
            row.user_data.user_identifiers.add(**identifier)
