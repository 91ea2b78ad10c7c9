"""How the account itself has to be set up at Google before conversions arrive."""

from collections.abc import Iterator

from .accounts import Customer
from .catalogue import _
from .check import FAILED, NOT_NEEDED, NOT_READ, PASSED, SEE_ABOVE, UNCERTAIN, Check

ACCESS_PAGE = "https://developers.google.com/google-ads/api/docs/concepts/call-structure#cid"
_CONVERSION_TRACKING = "https://support.google.com/google-ads/answer/1722022"
_CROSS_ACCOUNT = "https://support.google.com/google-ads/answer/3030657"
_AUTO_TAGGING = "https://support.google.com/google-ads/answer/3095550"
_CUSTOMER_DATA_TERMS = "https://support.google.com/adspolicy/answer/7475709"
_ENHANCED_CONVERSIONS = "https://support.google.com/google-ads/answer/15713840"


def account_checks(uploading, customer: Customer | None, sends_hashes) -> Iterator[Check]:
    """Each prerequisite of the account.

    :param uploading: the connection that conversions are sent through
    :param customer: None when it could not be read
    :param sends_hashes: whether hashed e-mail and phone are sent
    """
    if customer is None:
        for key, title in _ACCOUNT_TITLES.items():
            needless = key in _FOR_HASHES and not sends_hashes
            yield (
                _not_needed(key) if needless else Check(key, title, UNCERTAIN, NOT_READ, SEE_ABOVE)
            )
        return
    yield _account(
        "client_account",
        not customer.manager,
        _("The customer id is the one of a client account."),
        _("The customer id is the one of a manager account, which has no clicks and costs."),
        _("Enter the id of the account that runs the ads; the manager's goes to manager id."),
        ACCESS_PAGE,
        customer.name,
    )
    yield _conversion_customer(customer, uploading)
    yield _account(
        "auto_tagging",
        customer.auto_tagging,
        _("Google Ads adds its click id to the address of each ad."),
        _("Auto-tagging is off: no click id ever reaches your website."),
        _("In Google Ads open Admin > Account settings > Auto-tagging and switch it on."),
        _AUTO_TAGGING,
    )
    if not sends_hashes:
        yield from map(_not_needed, _FOR_HASHES)
        return
    yield _account(
        "customer_data_terms",
        customer.accepted_customer_data_terms,
        _("The customer data terms are accepted."),
        _("Nobody has accepted Google's customer data terms."),
        _("In Google Ads open Goals > Settings > Customer data terms and accept them."),
        _CUSTOMER_DATA_TERMS,
    )
    yield _account(
        "enhanced_conversions",
        customer.enhanced_conversions,
        _("Enhanced conversions are on."),
        _("Enhanced conversions are off, so hashed e-mail and phone are refused."),
        _(
            "In Google Ads open Goals > Settings > Enhanced conversions for leads and switch it "
            "on, or switch off hashed e-mail and phone on the account in Odoo."
        ),
        _ENHANCED_CONVERSIONS,
    )


_ACCOUNT_TITLES = {
    "client_account": _("Client account"),
    "conversion_customer": _("Conversion customer"),
    "auto_tagging": _("Auto-tagging"),
    "customer_data_terms": _("Customer data terms"),
    "enhanced_conversions": _("Enhanced conversions"),
}
_FOR_HASHES = ("customer_data_terms", "enhanced_conversions")


def _account(key, passed, good, bad, remedy, link, detail="") -> Check:
    title = _ACCOUNT_TITLES[key]
    if passed:
        return Check(key, title, PASSED, good, detail=detail, link=link)
    return Check(key, title, FAILED, bad, remedy, detail, link)


def _not_needed(key) -> Check:
    meaning = _("Not needed, since hashed e-mail and phone are not sent.")
    return Check(key, _ACCOUNT_TITLES[key], NOT_NEEDED, meaning, link=_ENHANCED_CONVERSIONS)


def _conversion_customer(customer, uploading) -> Check:
    if not customer.conversion_customer_id:
        return _account(
            "conversion_customer",
            False,
            "",
            _("Conversion tracking is not set up in this Google Ads account."),
            _("Press Create conversion actions: that sets it up."),
            _CONVERSION_TRACKING,
        )
    return _account(
        "conversion_customer",
        customer.conversion_customer_id == uploading.customer_id,
        _("Uploads go to the account that tracks the conversions."),
        _("Another account tracks the conversions of this one; Google refuses uploads here."),
        _("Enter the id shown here as conversion customer on the account in Odoo."),
        _CROSS_ACCOUNT,
        customer.conversion_customer_id,
    )
