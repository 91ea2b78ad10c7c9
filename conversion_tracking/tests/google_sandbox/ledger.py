"""What was accepted and what was refused: the truth that tests compare with."""

from datetime import timezone


def iso(moment):
    """Return an aware datetime as ISO 8601 in UTC, or ``None``."""
    return moment and moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


class Conversion:
    """One conversion that Google counts (or counted until it was retracted).

    ``count`` is 1, or 0 when retracted or when the action counts one per click and this
    click was counted already. ``deliveries`` says how often the same conversion came in.
    """

    __slots__ = (
        *("api", "account", "action", "transaction_id", "value", "currency", "time"),
        *("click_id", "click", "identifiers", "consent", "count", "received", "deliveries"),
        "adjustments",
    )

    def __init__(self, **values):
        self.count = 1
        self.deliveries = 1
        self.adjustments = None
        for name, value in values.items():
            setattr(self, name, value)

    @classmethod
    def of(cls, event, click, value, currency, received):
        """Make the conversion of an ``events.Event`` that was attributed to a click."""
        return cls(
            api=event.api,
            account=event.account,
            action=event.action,
            transaction_id=event.transaction_id,
            value=value,
            currency=currency,
            time=event.time,
            click_id=next(iter(event.click_ids.values()), None),
            click=click,
            identifiers=len(event.hashes),
            consent=event.consent,
            received=received,
        )

    def adjust(self, kind, moment, received, value=None, currency=None):
        """Note a correction and apply it.

        :param kind: ``RESTATEMENT`` or ``RETRACTION``
        :param moment: when the correction happened, as the sender says
        """
        if kind == "RETRACTION":
            self.count, self.value = 0, 0.0
        else:
            self.value, self.currency = value, currency or self.currency
        self.adjustments = [*(self.adjustments or ()), (kind, moment, received, self.value)]

    def retracted(self):
        """Tell whether the conversion was taken back."""
        return any(entry[0] == "RETRACTION" for entry in self.adjustments or ())

    def as_dict(self):
        """Return the JSON form that ``Sandbox.ledger()`` hands out."""
        return {
            "api": self.api,
            "account": self.account,
            "action": self.action,
            "transaction_id": self.transaction_id,
            "value": self.value,
            "currency": self.currency,
            "time": iso(self.time),
            "click_id": self.click_id,
            "click": self.click,
            "identifiers": self.identifiers,
            "consent": self.consent,
            "count": self.count,
            "received": iso(self.received),
            "deliveries": self.deliveries,
            "adjustments": [
                {"type": kind, "time": iso(moment), "received": iso(received), "value": value}
                for kind, moment, received, value in self.adjustments or ()
            ],
        }


class Ledger:
    """All conversions, found by transaction id and by click; and all refusals."""

    _REFUSED = ("api", "account", "action", "transaction_id", "reason", "received")

    def __init__(self):
        self.conversions = []
        self.refusals = []
        self._by_transaction = {}
        self._by_click_time = {}
        self._counted_clicks = set()

    def find(self, action, transaction_id):
        """Return the conversion with this id under this action, or ``None``."""
        return self._by_transaction.get((action, transaction_id)) if transaction_id else None

    def find_click(self, action, click, moment):
        """Return the conversion of this click at this very time, or ``None``.

        :param action: action id, or ``None`` to look across all actions
        """
        return self._by_click_time.get((action, click, moment)) if click else None

    def add(self, conversion, *, one_per_click):
        """Take in a conversion; under ``one_per_click`` a click's second one counts 0."""
        key = (conversion.action, conversion.click)
        if one_per_click and conversion.click and key in self._counted_clicks:
            conversion.count = 0
        self._counted_clicks.add(key)
        self.conversions.append(conversion)
        if conversion.transaction_id:
            self._by_transaction[conversion.action, conversion.transaction_id] = conversion
        if conversion.click:
            for action in (conversion.action, None):
                place = (action, conversion.click, conversion.time)
                self._by_click_time.setdefault(place, conversion)

    def refuse(self, *entry):
        """Note a refused event: api, account, action, transaction id, reason, received."""
        self.refusals.append(entry)

    def as_dict(self):
        """Return the JSON form that ``Sandbox.ledger()`` hands out."""
        refused = [dict(zip(self._REFUSED, entry, strict=True)) for entry in self.refusals]
        for entry in refused:
            entry["received"] = iso(entry["received"])
        return {
            "accepted": [conversion.as_dict() for conversion in self.conversions],
            "refused": refused,
        }

    def summary(self):
        """Return totals only: conversions, counted, deliveries, value, refused."""
        return {
            "conversions": len(self.conversions),
            "counted": sum(conversion.count for conversion in self.conversions),
            "deliveries": sum(conversion.deliveries for conversion in self.conversions),
            "value": sum(conversion.value or 0.0 for conversion in self.conversions),
            "refused": len(self.refusals),
        }
