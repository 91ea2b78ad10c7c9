"""What the outbox itself says of an event, before or instead of Google."""

from .entry import (
    AUTOMATIC,
    CONFIGURATION,
    CONSENT,
    NOTHING,
    PERMANENT,
    REPORT,
    RETRY,
    UNKNOWN,
    WAITING,
    Entry,
    _,
)

OUTBOX_REASONS = {
    "CONSENT_WITHDRAWN": Entry(
        CONSENT, _("The visitor does not consent."), _("Nothing to do: it must not be sent.")
    ),
    "CONSENT_UNKNOWN": Entry(
        CONSENT,
        _("The visitor was never asked for consent, or did not answer."),
        _("Choose on the Google Ads account what that means, then press Retry."),
    ),
    "PERSON_NOT_GRANTED": Entry(
        CONSENT,
        _("There is no click id, and no consent to send e-mail or phone instead."),
        _("Nothing to do: it must not be sent."),
    ),
    "PERSON_SWITCHED_OFF": Entry(
        CONFIGURATION,
        _("There is no click id, and the account no longer sends hashed e-mail and phone."),
        _(
            "Switch on hashed e-mail and phone on the Google Ads account and press Retry, or "
            "press Cancel."
        ),
    ),
    "PERSON_UNKNOWN": Entry(
        PERMANENT,
        _("There is no click id, and neither e-mail nor phone can be sent as they are written."),
        _("Correct the e-mail address or the phone number, then press Retry."),
    ),
    "NO_LONGER_WON": Entry(
        PERMANENT,
        _("The deal was lost or reopened before it was reported."),
        _("Nothing to do: it is reported when the deal is won again."),
    ),
    "RECORD_DELETED": Entry(
        PERMANENT, _("The lead or contact was deleted before it was reported."), NOTHING
    ),
    "MERGED": Entry(
        PERMANENT,
        _("The deal was merged into another one, which is reported itself."),
        NOTHING,
    ),
    "DELETED_UNCONFIRMED": Entry(
        PERMANENT,
        _("The lead or contact was deleted before it was known whether Google had the event."),
        _("Nothing to do in Odoo. Google may count the event once."),
    ),
    "PERSON_ERASED": Entry(
        PERMANENT,
        _("The person asked to be forgotten, and was erased before it was reported."),
        _("Nothing to do: it must not be sent."),
    ),
    "ERASED_UNCONFIRMED": Entry(
        PERMANENT,
        _("The person was erased before it was known whether Google had the event."),
        _("Nothing to do in Odoo. Google may count the event once."),
    ),
    "ACTION_REPLACED": Entry(
        PERMANENT,
        _("Google counts it with a conversion action that was removed there since."),
        _("Nothing to do: Google does not correct what a removed action has counted."),
    ),
    "OTHER_WAY": Entry(
        PERMANENT,
        _("The conversion went to Google by another way than the account uses now."),
        _("Nothing to do. It is corrected when the account delivers by that way again."),
    ),
    "ADDON_FAULT": Entry(
        UNKNOWN,
        _("The add-on itself failed when it sent the event."),
        _(
            "The others go on. Tell whoever maintains Odoo for you (the server's log has the "
            "cause), and press Retry after an update."
        ),
    ),
    "REPLACED": Entry(PERMANENT, _("A newer correction took its place."), NOTHING),
    "ACTION_MISSING": Entry(
        CONFIGURATION,
        _("The conversion action is not at Google yet."),
        _(
            "Open the Google Ads account in Odoo and press Create conversion actions. The event "
            "follows by itself."
        ),
    ),
    "ACTION_REMOVED": Entry(
        CONFIGURATION,
        _("The conversion action was removed at Google."),
        _(
            "Open the conversion action in Odoo and press Repair: it is made again, and the event "
            "follows by itself."
        ),
    ),
    "UNTELLABLE": Entry(
        PERMANENT, _("A value of the event cannot be told to Google at all."), REPORT
    ),
    "WORKER_LOST": Entry(
        RETRY,
        _("Odoo was stopped while it sent the event, so it is not known whether it arrived."),
        _("Nothing to do: it is sent again with the same id, so that Google counts it only once."),
    ),
    "PACE": Entry(
        WAITING, _("Odoo keeps to the number of requests that Google allows."), AUTOMATIC
    ),
    "NOT_TOLD_APART": Entry(
        WAITING,
        _("Google counted some events of a request and refused others, without telling which."),
        _("Nothing to do: they are sent again in halves until each has its answer."),
    ),
    "NO_STATUS": Entry(
        RETRY,
        _("Google never said what became of the event."),
        _("Press Retry: it is sent again with the same id, so that Google counts it only once."),
    ),
}
