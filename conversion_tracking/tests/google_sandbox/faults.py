"""Faults that tests inject: lost connections, limits, silence, errors by name.

Kinds, with their options:

``drop_before``   the connection is lost before the request is looked at
``drop_after``    the request is carried out, then the connection is lost
``truncate``      the request is carried out, the answer breaks off half way
``status``        answered with HTTP ``code`` (429, 500, 503, 504) or its gRPC equivalent;
                  ``delay``: seconds Google asks the client to wait;
                  ``after_batches``: a stream fails after so many (``error``, too)
``hang``          ``seconds`` of silence; with ``accept`` (default) the request is carried
                  out first and answered after, else the connection is lost unanswered
``expire_token``  the token of the request is expired from now on
``error``         ``code`` such as ``ConversionUploadError.CLICK_NOT_FOUND``,
                  ``ErrorReason.INVALID_EVENT`` or ``ProcessingErrorReason.INVALID_GCLID``;
                  a number instead of a name makes an error newer than the client. With
                  ``row`` or ``transaction_id`` it hits that event only; ``indexed=False``
                  leaves out which event it was. A processing error without either hits all
                  events. A code without family (``invalid_grant``) is OAuth's

Common options: ``times`` (default 1; ``None`` until cleared), ``skip`` (let so many pass
first), ``api`` (``data_manager``, ``google_ads`` or ``oauth``) and ``method`` (``ingest``,
``status``, ``token``, ``Search``, ``UploadClickConversions`` ...). The OAuth endpoints are
hit only when named by ``api``, ``method`` or code.
"""

KINDS = {"drop_before", "drop_after", "truncate", "status", "hang", "expire_token", "error"}


class Fault:
    """One injected fault and how often it still applies."""

    def __init__(self, kind, *, times=1, skip=0, api=None, method=None, **options):
        """:raise ValueError: ``kind`` is unknown, or ``error`` comes without ``code``"""
        if kind not in KINDS:
            raise ValueError(f"no fault {kind!r}; there are {', '.join(sorted(KINDS))}")
        if kind in ("error", "status") and "code" not in options:
            raise ValueError(f"the fault {kind!r} needs a code")
        self.kind, self.times, self.skip = kind, times, skip
        self.api, self.method, self.options = api, method, options
        if kind == "error" and api is None:
            self.api = self._api_of_code()

    @property
    def _family(self):
        return str(self.options.get("code", "")).rpartition(".")[0]

    def _api_of_code(self):
        if self._family in ("ErrorReason", "ProcessingErrorReason"):
            return "data_manager"
        return "google_ads" if self._family else "oauth"

    def concerns(self, api, method):
        """Tell whether this fault is meant for such a request."""
        if self.api is None and self.method is None:
            return api != "oauth"
        return self.api in (None, api) and self.method in (None, method)

    def hits_event(self, row, transaction_id):
        """Tell whether an ``error`` fault is meant for this event of a request."""
        if "transaction_id" in self.options:
            return self.options["transaction_id"] == transaction_id
        return self.options.get("row", row) == row

    @property
    def is_for_event(self):
        """Whether the fault is meant for events rather than the request as a whole."""
        named = "row" in self.options or "transaction_id" in self.options
        return named or self._family == "ProcessingErrorReason"

    def use_up(self):
        """Count one use."""
        if self.times is not None:
            self.times -= 1


class Faults:
    """The faults that wait for their request."""

    def __init__(self):
        self._waiting = []

    def add(self, kind, **options):
        """Inject a fault; see the module's text for kinds and options."""
        self._waiting.append(Fault(kind, **options))

    def clear(self):
        """Forget all faults."""
        self._waiting.clear()

    def take(self, api, method):
        """Return the first fault for the whole of this request, or ``None``."""
        for fault in self._waiting:
            if fault.is_for_event or not fault.concerns(api, method):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.use_up()
            self._forget_used()
            return fault
        return None

    def for_events(self, api, method, transaction_ids):
        """Return the faults that hit single events of this request.

        :param transaction_ids: the events' ids in order
        :return: list of (row, fault)
        """
        hits = []
        for fault in [fault for fault in self._waiting if fault.is_for_event]:
            if not fault.concerns(api, method):
                continue
            rows = [
                row
                for row, transaction_id in enumerate(transaction_ids)
                if fault.hits_event(row, transaction_id)
            ]
            if rows and fault.skip:
                fault.skip -= 1
            elif rows:
                fault.use_up()
                hits.extend((row, fault) for row in rows)
        self._forget_used()
        return hits

    def _forget_used(self):
        self._waiting = [fault for fault in self._waiting if fault.times != 0]
