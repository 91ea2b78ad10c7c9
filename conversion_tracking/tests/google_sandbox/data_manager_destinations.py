"""The rules for the destinations of a Data Manager request.

Sources: the docstrings of ``google.ads.datamanager_v1.types.destination`` and ``.error``;
developers.google.com/data-manager/api/devguides/concepts/destinations and
.../events/google-ads/offline/upgrade (the operating account must own the action).
"""

import re
from datetime import timedelta

MAX_DESTINATIONS = 10
_GOOGLE_ADS = 1
_ACCOUNT_ID = re.compile(r"\d{10}", re.ASCII)
_NUMBER = re.compile(r"\d+", re.ASCII)


def check_destinations(sandbox, request, token, findings):
    """Check all destinations of a request.

    Sets ``findings.denied`` and stops when the caller may not write to an account.
    """
    destinations = request.get("destinations", [])
    if not destinations:
        findings.missing("destinations")
    if len(destinations) > MAX_DESTINATIONS:
        findings.refuse("destinations", "TOO_MANY_DESTINATIONS")
        return
    with_user_data = any("user_data" in event for event in request.get("events", ()))
    references = set()
    for index, destination in enumerate(destinations):
        path = f"destinations.destinations[{index}]"
        if destination.get("reference", "") in references:
            findings.refuse(f"{path}.reference", "DUPLICATE_DESTINATION_REFERENCE")
        references.add(destination.get("reference", ""))
        if "linked_account" in destination:
            findings.refuse(
                f"{path}.linked_account",
                "LINKED_ACCOUNT_ONLY_ALLOWED_WITH_DATA_PARTNER_LOGIN_ACCOUNT",
            )
        operating, login = _accounts(destination, path, findings)
        if operating is None or login is None:
            continue
        if not _may_write(sandbox.world, token.email, operating, login):
            findings.denied = path
            return
        _check_action(sandbox, path, operating, destination, findings)
        if with_user_data:
            _check_terms(sandbox.world.accounts[operating], path, findings)


def _accounts(destination, path, findings):
    """Return the ids of the operating and the login account; ``None`` where wrong."""
    if "operating_account" not in destination:
        findings.missing(f"{path}.operating_account")
        return None, None
    operating = _account_id(destination["operating_account"], path, "operating", findings)
    if "login_account" not in destination:
        return operating, operating
    return operating, _account_id(destination["login_account"], path, "login", findings)


def _account_id(account, path, role, findings):
    """Return a well-formed account id, or ``None`` after noting what is wrong."""
    path = f"{path}.{role}_account"
    account_type = account.get("account_type") or account.get("product")
    if not account_type:
        findings.missing(f"{path}.account_type")
    elif account_type != _GOOGLE_ADS:
        findings.refuse(f"{path}.account_type", "DESTINATION_ACCOUNT_TYPE_MISMATCH")
    if not account.get("account_id"):
        findings.missing(f"{path}.account_id")
    elif not _ACCOUNT_ID.fullmatch(account["account_id"]):
        findings.refuse(
            f"{path}.account_id",
            "INVALID_NUMBER_FORMAT",
            "An account id has ten digits and no dashes.",
        )
    else:
        return account["account_id"]
    return None


def _may_write(world, email, operating, login):
    role = world.state["identities"].get(email, {}).get("accounts", {}).get(login)
    return (
        role in ("STANDARD", "ADMIN")
        and operating in world.accounts
        and world.accounts[operating]["status"] == "ENABLED"
        and world.manages(login, operating)
    )


def _check_action(sandbox, path, operating, destination, findings):
    path = f"{path}.product_destination_id"
    action_id = destination.get("product_destination_id", "")
    if not action_id:
        findings.missing(path)
        return
    if not _NUMBER.fullmatch(action_id):
        findings.refuse(
            path,
            "INVALID_CONVERSION_ACTION_ID",
            "The conversion action's number is needed, not its resource name.",
        )
        return
    owner, action = sandbox.world.action(action_id)
    youngest = sandbox.clock.now() - timedelta(hours=sandbox.switches.action_minimum_hours)
    # Unlike the Google Ads API, parents and children of the owner are not accepted.
    if owner != operating or action["status"] != "ENABLED":
        findings.refuse(path, "INVALID_CONVERSION_ACTION_ID")
    elif action["type"] != "UPLOAD_CLICKS":
        findings.refuse(path, "INVALID_CONVERSION_ACTION_TYPE")
    elif action["created"] > youngest:
        findings.refuse(path, "CONVERSION_ACTION_TOO_RECENTLY_CREATED")


def _check_terms(account, path, findings):
    if not account.get("terms_accepted"):
        findings.refuse(path, "DESTINATION_ACCOUNT_ENHANCED_CONVERSIONS_TERMS_NOT_SIGNED")
    if account.get("data_policy_prohibits"):
        findings.refuse(path, "DESTINATION_ACCOUNT_DATA_POLICY_PROHIBITS_ENHANCED_CONVERSIONS")
    elif not account.get("enhanced_conversions"):
        findings.refuse(path, "DESTINATION_ACCOUNT_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS")
