import re
import secrets
import time

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from ...groups import SYSTEM
from ...models.google_ads.google_ads_oauth_mixin import CALLBACK_PATH, START_PATH

SESSION_KEY = "google_ads_oauth"
STATE_SECONDS = 600  # from the button to the answer of Google's page
_CODE = re.compile(r"[!-~]{1,512}")  # Google's have up to 256 bytes


class GoogleAdsOAuth(http.Controller):
    """The way to Google's consent page and back.

    What Google sends back counts only with a ``state`` that this session was given, for this user
    and account, not long ago, and not used yet: nobody can slip a login of his own in.
    """

    @http.route(f"{START_PATH}/<int:account_id>", type="http", auth="user")
    def start(self, account_id):
        account = self._get_account(account_id)
        state = secrets.token_urlsafe(32)
        # One at a time is enough; the newest counts.
        request.session[SESSION_KEY] = {
            "state": state,
            "account_id": account.id,
            "user_id": request.env.uid,
            "expires": time.time() + STATE_SECONDS,
        }
        try:
            address = account._get_consent_address(state)
        except UserError as error:
            return self._explain(str(error), account)
        return request.redirect(address, local=False)

    @http.route(CALLBACK_PATH, type="http", auth="user", methods=["GET"])
    def callback(self, state=None, code=None, error=None, **_other):
        expected = request.session.pop(SESSION_KEY, None)
        if not expected or not _is_same(expected["state"], state):
            return self._explain(
                request.env._(
                    "This answer of Google was used already, or it was meant for somebody else. "
                    "Open the account and press Sign in with Google again."
                )
            )
        account = self._get_account(expected["account_id"])
        if expected["user_id"] != request.env.uid or expected["expires"] < time.time():
            return self._explain(
                request.env._(
                    "Google's page was open for too long. Press Sign in with Google again."
                ),
                account,
            )
        if error or not _CODE.fullmatch(code or ""):
            return self._explain(self._get_refusal(error), account)
        try:
            account._finish_consent(code)
        except UserError as failure:
            return self._explain(str(failure), account)
        return request.redirect(account._get_page())

    def _get_account(self, account_id):
        """The account, for somebody who may change its credentials.

        :raise AccessError: for anybody else
        """
        account = request.env["google.ads.account"].browse(account_id)
        account.check_access("write")
        if not request.env.user.has_group(SYSTEM):
            raise AccessError(
                request.env._("Only the system administrator connects Google Ads logins.")
            )
        return account

    def _get_refusal(self, error):
        if error == "access_denied":
            return request.env._(
                "You pressed Cancel on Google's page, so nothing was connected. Press Sign in with "
                "Google again and allow both permissions."
            )
        return request.env._("Google refused the login. Check the OAuth client, then try again.")

    def _explain(self, message, account=None):
        page = account._get_page() if account else "/odoo"
        return request.render(
            "conversion_tracking.google_ads_oauth_refused", {"message": message, "page": page}
        )


def _is_same(expected, given):
    """Compare in a time that tells nothing; as bytes, because text has to be ASCII for that."""
    return secrets.compare_digest(expected.encode(), str(given).encode(errors="replace"))
