"""Who may do what in the Google Ads API, and how often.

Sources: the enums in ``google.ads.googleads.v26.errors``;
developers.google.com/google-ads/api/docs/concepts/call-structure (login customer),
.../api-policy/access-levels and .../best-practices/quotas (operations a day).
"""

import re
from dataclasses import dataclass

import grpc

from .failures import PlainRefusal, refuse
from .quota import SlidingWindow
from .tokens import ADWORDS, TokenRefused

_CUSTOMER_ID = re.compile(r"\d{10}", re.ASCII)
_TOKEN_ERRORS = {
    "missing": "AUTHENTICATION_ERROR",
    "malformed": "OAUTH_TOKEN_HEADER_INVALID",
    "invalid": "OAUTH_TOKEN_INVALID",
    "expired": "OAUTH_TOKEN_EXPIRED",
    "revoked": "OAUTH_TOKEN_REVOKED",
}
# Operations in 24 hours by access level: (production accounts, test accounts).
_OPERATIONS = {
    "TEST": (0, 15_000),
    "EXPLORER": (2_880, 15_000),
    "BASIC": (15_000, 15_000),
    "STANDARD": (None, None),
}


@dataclass
class Call:
    """One authenticated call: who calls, as which manager, under which request id."""

    sandbox: object
    method: str
    request_id: str
    email: str
    login_customer: str | None

    @property
    def world(self):
        return self.sandbox.world


class Access:
    """Authenticates calls and counts their operations."""

    def __init__(self, sandbox):
        self._sandbox = sandbox
        self._windows = {kind: SlidingWindow(24 * 3600) for kind in ("production", "test")}

    def authenticate(self, method, metadata, request_id):
        """Return the ``Call`` for gRPC metadata (dict).

        A developer token in it is ignored, as Google does since September 2026.

        :raise RequestRefused: no usable token
        :raise PlainRefusal: token without the scope for Google Ads
        """
        try:
            token = self._sandbox.tokens.judge(metadata.get("authorization"))
        except TokenRefused as refused:
            refuse(f"authentication_error.{_TOKEN_ERRORS[refused.reason]}")
        if ADWORDS not in token.scopes:
            raise PlainRefusal(
                grpc.StatusCode.PERMISSION_DENIED,
                "Request had insufficient authentication scopes.",
            )
        if not self._sandbox.world.project.get("google_ads_enabled", True):
            refuse("authorization_error.PROJECT_DISABLED")
        login = metadata.get("login-customer-id")
        if login is not None and not _CUSTOMER_ID.fullmatch(login):
            refuse("header_error.INVALID_LOGIN_CUSTOMER_ID", trigger=login)
        if not self._sandbox.world.state["identities"][token.email].get("accounts"):
            refuse("authentication_error.NOT_ADS_USER")
        return Call(self._sandbox, method, request_id, token.email, login)

    def check_customer(self, call, customer_id, *, write=False):
        """Return the account of a call.

        :raise RequestRefused: malformed or unknown id, no access, wrong manager, closed
            account, role too low, project not approved for production accounts
        """
        world = self._sandbox.world
        if not _CUSTOMER_ID.fullmatch(customer_id):
            refuse("request_error.INVALID_CUSTOMER_ID", f"Invalid customer ID '{customer_id}'.")
        account = world.accounts.get(customer_id)
        if account is None:
            refuse("authentication_error.CUSTOMER_NOT_FOUND")
        via = call.login_customer or customer_id
        role = world.state["identities"][call.email]["accounts"].get(via)
        if role is None:
            refuse(
                "authorization_error.USER_PERMISSION_DENIED",
                "User doesn't have permission to access customer. Note: If you're accessing a "
                "client customer, the manager's customer id must be set in the "
                "'login-customer-id' header.",
            )
        if not world.manages(via, customer_id):
            refuse("authorization_error.INVALID_LOGIN_CUSTOMER_ID_SERVING_CUSTOMER_ID_COMBINATION")
        if account["status"] == "SUSPENDED" and write:
            refuse("authorization_error.ACTION_NOT_PERMITTED_FOR_SUSPENDED_ACCOUNT")
        if account["status"] not in ("ENABLED", "SUSPENDED"):
            refuse("authorization_error.CUSTOMER_NOT_ENABLED")
        if world.project["access_level"] == "TEST" and not account.get("test_account"):
            refuse("authorization_error.CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION")
        if write and role == "READ_ONLY":
            refuse("authorization_error.ACTION_NOT_PERMITTED")
        return account

    def count(self, account, operations):
        """Count operations against the project's 24 hours.

        :raise RequestRefused: the limit is reached; says when to try again
        """
        test = bool(account.get("test_account"))
        limit = _OPERATIONS[self._sandbox.world.project["access_level"]][test]
        if self._sandbox.switches.ads_operations_per_day is not None:
            limit = self._sandbox.switches.ads_operations_per_day
        window = self._windows["test" if test else "production"]
        wait = window.take(operations, limit, self._sandbox.clock.now())
        if wait is not None:
            refuse("quota_error.RESOURCE_EXHAUSTED", "Too many requests.", retry_delay=wait)
