"""The one place where clients of Google's two APIs are made and called."""

import logging
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from .ads_failure import API_VERSION
from .catalogue import _
from .errors import TransportFault
from .input_error import InputError
from .library_errors import translated
from .operations import Operations

DATA_MANAGER_ENDPOINT = "https://datamanager.googleapis.com"
# Writes whole requests at INFO or DEBUG, click ids and hashed e-mails included.
_TALKATIVE_LOGGER = "google.ads.googleads.client"
# Faults that are over at once or not at all; after a silence nobody waits a second time.
_PASSING = ("SERVICE_UNAVAILABLE", "CONNECTION_LOST", "INTERNAL_ERROR", "TRANSIENT_ERROR")


def normalise_customer_id(text: str) -> str:
    """The ten digits of a customer id as people write it (``123-456-7890``).

    :raise InputError: with a message that says where to find it
    """
    digits = "".join(text.split()).replace("-", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 10):
        raise InputError(
            _(
                "“%(typed)s” is not a Google Ads customer id. It has ten digits, such as "
                "123-456-7890, and is shown at the top right of Google Ads."
            ),
            typed=text,
        )
    return digits


@dataclass(frozen=True)
class Connection:
    """Access to one Google Ads account.

    :param credentials: from :mod:`.credentials`
    :param customer_id: the account; empty only while it is still to be chosen
    :param login_customer_id: the manager account through which access is granted
    :param google_ads_endpoint: ``host:port`` instead of Google's; always TLS
    :param data_manager_endpoint: https URL instead of Google's
    :param timeout: seconds for one call
    :param operations: counts what the Google Ads API is asked
    :raise InputError: a malformed id or endpoint

    gRPC does not survive a fork, so clients are kept per process and made by their first use.
    A proxy is never set here: google-ads keeps one in a list of the module, from where it would
    leak into every other account's client. The environment's ``https_proxy`` works.
    """

    credentials: object = field(repr=False)
    customer_id: str = ""
    login_customer_id: str | None = None
    google_ads_endpoint: str | None = None
    data_manager_endpoint: str | None = None
    timeout: float = 30.0
    operations: Operations = field(default_factory=Operations, repr=False, compare=False)
    _clients: dict = field(default_factory=dict, init=False, repr=False, compare=False)
    _making: threading.RLock = field(
        default_factory=threading.RLock, init=False, repr=False, compare=False
    )

    def __post_init__(self):
        for name in ("customer_id", "login_customer_id"):
            if text := getattr(self, name):
                object.__setattr__(self, name, normalise_customer_id(text))
        if "/" in (self.google_ads_endpoint or ""):
            raise InputError(
                _("The Google Ads endpoint is written as host:port, without https://.")
            )
        if not (self.data_manager_endpoint or "https://").startswith("https://"):
            raise InputError(_("The Data Manager endpoint must start with https://."))

    def ads_service(self, name: str):
        """Google's client of the service ``name``, such as ``GoogleAdsService``."""
        return self._client(name, lambda: self._ads_client().get_service(name))

    def ads_type(self, name: str):
        """A new, empty message of the type ``name``."""
        return self._ads_client().get_type(name)

    def ads_enum(self, name: str, member: str):
        """A member of Google's enum, such as ``("ConversionActionTypeEnum", "UPLOAD_CLICKS")``."""
        return getattr(self._ads_client().enums, name)[member]

    def ads_call(self, service: str, method: str, request):
        """Call the Google Ads API once.

        :raise TransportFault: refused, no usable answer, or no operation is left
        """
        self.operations.take()

        def call():
            return getattr(self.ads_service(service), method)(request=request, timeout=self.timeout)

        return self._authorised(call)

    def search(self, query: str, customer_id: str | None = None) -> Iterator:
        """Rows of a GAQL query, streamed; ``customer_id`` defaults to the connection's.

        Reading changes nothing, so a passing fault before the first row is tried once more; a
        stream that breaks later raises, since its rows are already out.

        :raise TransportFault: refused, no usable answer, or no operation is left
        """
        self.operations.take()
        request = self.ads_type("SearchGoogleAdsStreamRequest")
        request.customer_id = customer_id or self.customer_id
        request.query = query
        try:
            first, batches = self._first_batch(request)
        except TransportFault as failure:
            if failure.fault.code not in _PASSING or failure.fault.retry_after:
                raise
            first, batches = self._first_batch(request)
        yield from first
        while True:
            with translated():
                batch = next(batches, None)
            if batch is None:
                return
            yield from batch.results

    def data_manager_session(self):
        """A ``requests`` session that signs in to the Data Manager API."""

        def make():
            from google.auth.transport.requests import AuthorizedSession

            return AuthorizedSession(self.credentials)

        return self._client("session", make)

    @property
    def data_manager_url(self) -> str:
        return (self.data_manager_endpoint or DATA_MANAGER_ENDPOINT).rstrip("/")

    def refresh(self):
        """Get a new access token now.

        :raise TransportFault: the token server refused or could not be reached
        """
        with translated():
            self.credentials.refresh()

    def close(self):
        """Close the clients of this process; the next use makes new ones."""
        for key in [key for key in self._clients if key[0] == os.getpid()]:
            client = self._clients.pop(key)
            transport = getattr(client, "transport", client)
            if hasattr(transport, "close"):
                transport.close()

    def _authorised(self, call):
        """The result of ``call``, with a valid token.

        The token is fetched here and not by gRPC, which would turn every refusal of the token
        server into "unavailable". A token that Google calls expired before its time (a clock that
        is wrong, a token revoked) is replaced once: the refused call has done nothing.
        """
        if not self.credentials.valid:
            self.refresh()
        try:
            with translated():
                return call()
        except TransportFault as failure:
            if failure.fault.code not in ("OAUTH_TOKEN_EXPIRED", "OAUTH_TOKEN_INVALID"):
                raise
        self.refresh()
        with translated():
            return call()

    def _first_batch(self, request):
        def call():
            batches = iter(
                self.ads_service("GoogleAdsService").search_stream(
                    request=request, timeout=self.timeout
                )
            )
            batch = next(batches, None)
            return (batch.results if batch else ()), batches

        return self._authorised(call)

    def _ads_client(self):
        def make():
            from google.ads.googleads.client import GoogleAdsClient

            logging.getLogger(_TALKATIVE_LOGGER).setLevel(logging.WARNING)
            return GoogleAdsClient(
                credentials=self.credentials,
                version=API_VERSION,
                use_proto_plus=True,
                endpoint=self.google_ads_endpoint,
                login_customer_id=self.login_customer_id,
            )

        return self._client("google ads", make)

    def _client(self, name, make):
        key = (os.getpid(), name)
        with self._making:  # requests that are under way together share a client
            if key not in self._clients:
                self._clients[key] = make()
        return self._clients[key]
