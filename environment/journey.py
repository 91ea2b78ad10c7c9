"""What happens in the demonstration: one visitor's journey, from an ad to the return on it.

Time matters to Google: a conversion action must be six hours old, a click too, and the outcome
of a delivery is known half an hour later. So Odoo, the sandbox and the visitor live through it with
their clocks moved: a day ago, eight hours ago, now, and an hour ahead.
"""

import datetime
import json
import sys

from . import demo, paths, pictures
from .console import Problem, say
from .odoo_client import OdooClient
from .sandbox import GoogleSandbox
from .server import OdooServer
from .visitor import EMAIL, Visitor

sys.path.insert(0, str(paths.ADDON / "tests"))
from google_sandbox.control import Sandbox

LOGIN = PASSWORD = "admin"
ACCOUNT, MANAGER = "1234567890", "1112223333"
# Google's campaigns, as the sandbox and the demonstration data call them.
CAMPAIGNS = {
    "Solar panels - Search NL": {
        "campaign": "20111000001",
        "ad_group": "150111000001",
        "ad": "680111000001",
        "keyword": "310111000002",
    },
    "Performance Max - Homeowners": {"campaign": "20111000003"},
}
UNKNOWN = 9  # of so many clicks Google does not know one
REVENUE = 4800.0
CLICK_ATTEMPTS = 20


class Journey:
    """The steps, in the order in which they happen; each leaves a line for the table."""

    def __init__(self):
        self.server = None
        self.odoo = None
        self.google = None
        self.lead = None
        self.visitor = None
        self.now = None
        self.lines = []

    def run(self):
        """Carry out every step.

        :return: whether all came out
        """
        sandbox = GoogleSandbox()
        addresses = sandbox.start()
        self.google = Sandbox.attach(json.dumps(addresses))
        self.trust = sandbox.trust
        self.at(hours=-26)
        self.remember_clicks()
        self.connect_google(addresses)
        self.prepare_website()
        self.visit()
        self.at(hours=-8)
        self.ask()
        self.at(hours=0)
        self.sell()
        self.at(hours=1)
        self.read_back()
        self.google.real_clock()
        self.start_server(datetime.timedelta(0), scheduled_jobs=True)
        pictures.take(self.server.url, LOGIN, PASSWORD, self.lead)
        return all(passed for _step, passed, _what in self.lines)

    def at(self, hours):
        """Restart Odoo with its clock moved, and move Google's along."""
        offset = datetime.timedelta(hours=hours)
        self.now = datetime.datetime.now(datetime.timezone.utc) + offset
        self.google.set_clock(self.now)
        self.start_server(offset)

    def start_server(self, offset, scheduled_jobs=False):
        if self.server:
            self.server.stop()
        self.server = OdooServer(
            demo.DATABASE,
            clock_offset=offset,
            scheduled_jobs=scheduled_jobs,
            environment=self.trust,
        )
        self.server.start()
        self.odoo = OdooClient(self.server.url, demo.DATABASE, PASSWORD)

    def note(self, step, passed, what):
        """Add a line to the table."""
        self.lines.append((step, bool(passed), what))
        say(f"{step}: {what}")

    # -- the steps ------------------------------------------------------------------------

    def remember_clicks(self):
        """The demonstration data's clicks become Google's, but for a few it does not know."""
        touchpoints = self.odoo.call(
            "conversion.touchpoint",
            "search_read",
            [("click_platform", "=", "google"), ("kind", "=", "visit")],
            fields=["gclid", "wbraid", "occurred_at", "campaign_id"],
        )
        known = [one for number, one in enumerate(touchpoints, 1) if number % UNKNOWN]
        self.google.add_clicks(
            {
                one["gclid"] or one["wbraid"]: {
                    "account": ACCOUNT,
                    **CAMPAIGNS[name_of(one["campaign_id"])],
                    "kind": "gclid" if one["gclid"] else "wbraid",
                    "clicked": f"{one['occurred_at']}+00:00",
                }
                for one in known
            }
        )

    def connect_google(self, addresses):
        """An administrator connects the account and lets Odoo make the conversion actions."""
        for name in ("google_ads_endpoint", "data_manager_endpoint"):
            self.odoo.call(
                "ir.config_parameter", "set_param", f"conversion_tracking.{name}", addresses[name]
            )
        key = (paths.SANDBOX / "service_account.json").read_text()
        account = self.odoo.call(
            "google.ads.account",
            "create",
            {
                "name": "Tulip Solar",
                "credential_type": "service_account",
                "service_account_json": key,
                "customer_id": ACCOUNT,
                "login_customer_id": MANAGER,
            },
        )
        self.odoo.call("google.ads.account", "action_connect", [account])
        self.odoo.call("google.ads.account", "action_create_actions", [account])
        actions = self.odoo.call(
            "google.ads.conversion.action",
            "search_read",
            [("account_id", "=", account)],
            fields=["name", "state", "google_id"],
        )
        ready = [action for action in actions if action["state"] == "ready"]
        self.note(
            "Google Ads account",
            len(ready) == 3,
            f"connected, {len(ready)} conversion actions ready",
        )

    def prepare_website(self):
        """A webmaster switches the cookies bar on and lets the contact form make leads, as the
        form builder does."""
        for website in self.odoo.call("website", "search", []):
            self.odoo.call("website", "write", [website], {"cookies_bar": True})
        [view] = self.odoo.call(
            "ir.ui.view",
            "search_read",
            [("key", "=", "website.contactus")],
            fields=["arch"],
            limit=1,
        )
        arch = view["arch"].replace('data-model_name="mail.mail"', 'data-model_name="crm.lead"')
        for ours, forms in (
            ("contact_name", "name"),
            ("name", "subject"),
            ("partner_name", "company"),
        ):
            arch = arch.replace(f'name="{forms}"', f'name="{ours}"', 1)
        self.odoo.call("ir.ui.view", "write", [view["id"]], {"arch": arch})

    def visit(self):
        """A person comes by a post on LinkedIn and leaves again."""
        self.visitor = Visitor(self.server.url)
        self.visitor.follow_post(self.now)

    def ask(self):
        """The same person comes by a Google ad and sends the contact form."""
        self.visitor.click_ad_and_ask(self.now)
        leads = self.odoo.call(
            "crm.lead",
            "search_read",
            [("email_from", "=", EMAIL)],
            fields=[
                "first_touch_source_id",
                "first_touch_campaign_id",
                "lead_creation_source_id",
                "lead_creation_channel",
                "consent",
                "journey_ids",
            ],
        )
        self.note("Contact form", len(leads) == 1, f"{len(leads)} lead")
        if not leads:
            raise Problem("The contact form made no lead; see the screenshots and Odoo's log.")
        [lead] = leads
        self.lead = lead["id"]
        first = name_of(lead["first_touch_source_id"])
        creation = name_of(lead["lead_creation_source_id"])
        self.note(
            "First touch",
            first.lower() == "linkedin",
            f"{first} / {name_of(lead['first_touch_campaign_id'])}",
        )
        self.note(
            "Lead creation", creation == "google", f"{creation} / {lead['lead_creation_channel']}"
        )
        rows = self.odoo.call(
            "conversion.touchpoint", "read", lead["journey_ids"], fields=["role", "occurred_at"]
        )
        self.note("Touchpoints", len(rows) == 3, ", ".join(row["role"] for row in rows[::-1]))
        self.note("Consent", lead["consent"] == "granted", lead["consent"])

    def sell(self):
        """A salesperson qualifies the lead, wins the deal; the conversions are delivered."""
        [stage] = self.odoo.call(
            "crm.stage", "search", [("counts_as_qualified", "=", True)], limit=1
        )
        self.odoo.call("crm.lead", "write", [self.lead], {"stage_id": stage})
        self.odoo.call("crm.lead", "write", [self.lead], {"expected_revenue": REVENUE})
        self.odoo.call("crm.lead", "action_set_won", [self.lead])
        self.fill_back()
        self.odoo.run_job("ir_cron_deliver")
        rows = self.conversions()
        self.note(
            "Outbox",
            len(rows) == 3 and all(row["state"] == "sent" for row in rows),
            ", ".join(f"{row['event']}: {row['state']}" for row in rows),
        )

    def fill_back(self):
        """What happened before the account was connected is reported, too."""
        [account] = self.odoo.call("google.ads.account", "search", [])
        wizard = self.odoo.call("google.ads.backfill", "create", {"account_id": account})
        [window] = self.odoo.call("google.ads.backfill", "read", [wizard], fields=["count"])
        self.odoo.call("google.ads.backfill", "action_start", [wizard])
        self.odoo.run_job("ir_cron_sweep")
        rows = self.odoo.call("google.ads.conversion", "search_count", [])
        self.note("Filled back", rows > window["count"] > 0, f"{window['count']} earlier events")

    def read_back(self):
        """Google tells what it counts, which click it was and what the campaign cost."""
        self.odoo.run_job("ir_cron_poll")
        rows = self.conversions()
        self.note(
            "Status at Google",
            [row["state"] for row in rows] == ["success"] * 3,
            ", ".join(f"{row['event']}: {row['state']}" for row in rows),
        )
        accepted = {row["transaction_id"]: row for row in self.google.ledger()["accepted"]}
        counted = [
            accepted[one["transaction_id"]] for one in rows if one["transaction_id"] in accepted
        ]
        value = sum(row["value"] or 0 for row in counted)
        self.note(
            "Google's ledger",
            len(counted) == 3 and value == REVENUE,
            f"{len(counted)} conversions, value {value:,.2f}",
        )
        lead = self.read_clicks()
        self.note(
            "Google Ads info",
            lead["click_info"] == "found",
            f"{lead['click_info']}: {lead['google_campaign']}, {lead['google_keyword'] or '-'}",
        )
        self.forget_estimates()
        self.odoo.run_job("ir_cron_read_costs")
        [campaign] = self.odoo.call(
            "utm.campaign",
            "read",
            [lead["campaign_id"][0]],
            fields=["title", "cost_actual", "revenue", "roi_percent"],
        )
        self.note(
            "Campaign cost",
            campaign["cost_actual"] > 0,
            f"{campaign['title']}: {campaign['cost_actual']:,.2f}",
        )
        profit = campaign["revenue"] - campaign["cost_actual"]
        self.note(
            "Campaign ROI",
            abs(campaign["roi_percent"] - 100 * profit / campaign["cost_actual"]) < 0.1,
            f"revenue {campaign['revenue']:,.2f}, ROI {campaign['roi_percent']:,.0f} %",
        )

    def read_clicks(self):
        """Read Google's clicks, a few days at a time, until that of the lead is known.

        :return: the lead
        """
        for _attempt in range(CLICK_ATTEMPTS):
            self.odoo.run_job("ir_cron_read_clicks")
            [lead] = self.odoo.call(
                "crm.lead",
                "read",
                [self.lead],
                fields=["click_info", "google_campaign", "google_keyword", "campaign_id"],
            )
            if lead["click_info"] != "pending":
                break
        return lead

    def forget_estimates(self):
        """What somebody estimated for the last month makes room for what Google says it cost."""
        estimates = [("name", "=like", "%, estimate"), ("campaign_id.title", "in", [*CAMPAIGNS])]
        lines = self.odoo.call("utm.campaign.cost", "search", estimates)
        self.odoo.call("utm.campaign.cost", "unlink", lines)

    def conversions(self):
        """Rows of the outbox for the journey's lead, in the order they happened."""
        return self.odoo.call(
            "google.ads.conversion",
            "search_read",
            [("lead_id", "=", self.lead)],
            fields=["event", "state", "transaction_id"],
            order="id",
        )

    def table(self):
        """The lines as a table."""
        width = max(len(step) for step, _passed, _what in self.lines)
        return "\n".join(
            f"  {'passed' if passed else 'FAILED':6}  {step:{width}}  {what}"
            for step, passed, what in self.lines
        )


def name_of(many2one):
    """The name in what Odoo's API returns for a reference."""
    return many2one[1] if many2one else ""


def main():
    """Carry out the journey and say what happened.

    :return: the exit status: 0 when every step came out
    """
    journey = Journey()
    try:
        passed = journey.run()
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        passed = False
    if journey.lines:
        print(f"\n{journey.table()}\n")
    if not passed:
        print("A step did not come out. Odoo's log and the screenshots are in .environment/.")
        return 1
    print(f"All steps passed. Screenshots: {paths.SCREENSHOTS}")
    print(
        f"Odoo runs at {journey.server.url} (login {LOGIN}, password {PASSWORD}); stop: make stop"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
