"""The shape of a catalogue entry and the remedies that several entries share."""

from typing import NamedTuple

RETRY = "retry"  # nothing is wrong with the event: try again later, with growing pauses
WAITING = "waiting"  # too early; tries again when the time has come, not counted as an attempt
PERMANENT = "permanent"  # this event will never be accepted as it is
CONFIGURATION = "configuration"  # somebody has to change something in Google Ads or in Odoo
DUPLICATE = "duplicate"  # Google has it already: delivered
WARNING = "warning"  # taken by Google, with a remark: delivered
UNMATCHED = "unmatched"  # taken by Google, which knows no ad click of this person: not counted
CONSENT = "consent"  # the person, or the account's settings, do not allow it
UNKNOWN = "unknown"  # a code newer than this catalogue: held until somebody looks

ERROR_CLASSES = (
    RETRY,
    WAITING,
    PERMANENT,
    CONFIGURATION,
    DUPLICATE,
    WARNING,
    UNMATCHED,
    CONSENT,
    UNKNOWN,
)


class Entry(NamedTuple):
    """What one of Google's codes means to us (``error_class``) and to a user (two texts)."""

    error_class: str
    meaning: str
    remedy: str


def _(text):
    """Give ``text`` back as it is.

    Odoo's export collects the texts inside calls of ``_``, in every Python file of an add-on, and
    looks a text up by its English source. Marking them here is therefore enough for a model to
    show them translated, and this package still needs no Odoo.
    """
    return text


AUTOMATIC = _("Nothing to do: Odoo tries again by itself.")
NOTHING = _("Nothing to do.")
REPORT = _(
    "This is a fault of the add-on, not of your data. Report the code to whoever maintains it for "
    "you, and press Retry after an update."
)
RECONNECT = _("Open the Google Ads account in Odoo and connect it again.")
ACCEPT_TERMS = _(
    "In Google Ads open Goals > Settings > Customer data terms, accept the terms, then press Retry."
)
ENHANCED_CONVERSIONS = _(
    "In Google Ads open Goals > Settings > Enhanced conversions for leads and switch it on, or "
    "switch off hashed e-mail and phone on the account in Odoo. Then press Retry."
)
CHOOSE_ACTION = _(
    "Open the conversion actions of the account in Odoo, use Repair or choose an action of the "
    "type Import from clicks, then press Retry."
)
RIGHT_ACCOUNT = _(
    "Connect the Google Ads account that owns the ad, or the manager account above it, and use "
    "its conversion customer as customer id."
)
NOT_OURS = _("Odoo does not use this part of Google's service.")
