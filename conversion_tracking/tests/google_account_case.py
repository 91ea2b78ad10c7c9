"""Google Ads accounts that talk to the sandbox through Google's own libraries."""

import json

from .google_sandbox.control import shared

CUSTOMER = "1234567890"  # the sandbox's client account, below the manager
MANAGER = "1112223333"  # the service account is a user of this one
SERVICE_ACCOUNT = "conversion-tracking@tulip-solar-crm.iam.gserviceaccount.com"


class GoogleMixin:
    """For TransactionCase and HttpCase: the sandbox as it was when it started."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.google = shared()
        parameters = cls.env["ir.config_parameter"].sudo()
        for name in ("google_ads_endpoint", "data_manager_endpoint"):
            parameters.set_param(f"conversion_tracking.{name}", getattr(cls.google, name))
        cls.accounts = cls.env["google.ads.account"]
        cls.key = json.dumps(cls.google.service_account_info)

    def setUp(self):
        super().setUp()
        self.google.reset()
        self.addCleanup(self.google.reset)

    def new_account(self, **values):
        """An account with the sandbox's service account, not connected yet."""
        values = {
            "service_account_json": self.key,
            "user_id": self.env.ref("base.user_admin").id,
            **values,
        }
        return self.accounts.create(values)

    def connected_account(self, **values):
        """An account that is connected to the sandbox's client account."""
        account = self.new_account(customer_id=CUSTOMER, login_customer_id=MANAGER, **values)
        account.action_connect()
        return account

    def ready_account(self, **values):
        """A connected account whose three conversion actions exist at Google."""
        account = self.connected_account(**values)
        account.action_create_actions()
        return account

    def google_actions(self, customer=CUSTOMER):
        """The conversion actions at Google: {id: values}."""
        return self.google.state()["accounts"][customer]["conversion_actions"]
