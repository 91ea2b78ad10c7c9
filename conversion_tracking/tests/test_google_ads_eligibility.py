"""The outbox and the report on coverage judge alike, whatever happens."""

import random
from datetime import timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged
from odoo.tools import SQL

from ..google_ads.eligibility import RULES, Candidate, find_obstacle, obstacle_sql
from .google_case import GoogleCase

CANDIDATE = st.fixed_dictionaries(
    {
        "consent": st.sampled_from(["granted", "denied", "unknown"]),
        "event_age": st.integers(0, 100 * 24 * 60),
        "click_age": st.none() | st.integers(-120, 200 * 24 * 60),
        **{
            name: st.booleans()
            for name in (
                *("has_gclid", "has_braid", "other_platform", "has_action"),
                *("counts_one", "counted_already", "sends_identity", "has_identity"),
            )
        },
    }
)
# a click of another platform has a time, and no id of Google
FOREIGN_CLICK = dict.fromkeys(
    ("has_gclid", "has_braid", "counts_one", "counted_already", "other_platform"), False
) | {"consent": "granted", "sends_identity": True, "has_identity": True, "has_action": True}
HISTORIES = 40


@tagged("post_install", "-at_install")
class TestGoogleAdsEligibility(GoogleCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(CANDIDATE, min_size=1, max_size=50))
    @example([{**FOREIGN_CLICK, "event_age": 0, "click_age": -60}])
    @example([{**FOREIGN_CLICK, "event_age": 0, "click_age": 100 * 24 * 60}])
    def test_python_and_sql_give_the_same_reason(self, drawn):
        now = self.now.replace(tzinfo=None)
        events = []
        for values in drawn:
            values = dict(values)
            event_age, click_age = values.pop("event_age"), values.pop("click_age")
            if click_age is None:
                values |= {"has_gclid": False, "has_braid": False}
            events.append(
                Candidate(
                    **values,
                    now=now,
                    event_time=now - timedelta(minutes=event_age),
                    click_time=None
                    if click_age is None
                    else now - timedelta(minutes=event_age + click_age),
                )
            )
        names = Candidate.__slots__
        rows = SQL(", ").join(
            SQL(
                # a row without a click needs the type of its time
                "(%s)",
                SQL(", ").join(
                    SQL("%s::timestamp" if name.endswith("_time") or name == "now" else "%s", value)
                    for name, value in ((name, getattr(event, name)) for name in names)
                ),
            )
            for event in events
        )
        answers = self.env.execute_query(
            SQL(
                "SELECT %s FROM (VALUES %s) AS candidate (%s)",
                SQL(obstacle_sql()),  # pylint: disable=sql-injection
                rows,
                SQL(", ").join(map(SQL.identifier, names)),
            )
        )
        for event, (answer,) in zip(events, answers, strict=True):
            self.assertEqual(answer, find_obstacle(event), event)

    def test_the_outbox_and_the_report_agree_on_random_events(self):
        """Each event of a random lead is in the outbox, or has the reason why it is not."""
        self.check_random_events()

    def test_they_agree_also_on_people_without_a_click(self):
        self.account.send_identifiers = True
        self.check_random_events()

    def check_random_events(self):
        chance = random.Random(20261126)
        leads = self.env["crm.lead"]
        for number in range(HISTORIES):
            leads |= self.random_lead(chance, number)
        self.env.flush_all()
        lines = self.env["google.ads.coverage"].search([("lead_id", "in", leads.ids)])
        self.assertEqual(len(lines.filtered(lambda line: line.event == "lead_created")), HISTORIES)
        reasons = {rule.code for rule in RULES}
        for line in lines:
            rows = self.rows_of(line.lead_id, line.event)
            with self.subTest(lead=line.lead_id.name, event=line.event):
                self.assertEqual(bool(rows), line.status not in reasons, line.status)
                self.assertNotEqual(line.status, "missing")
        self.assertGreater(len(set(lines.mapped("status"))), 4, "the leads are too much alike")

    def random_lead(self, chance, number):
        """A lead that came and fared as ``chance`` will have it."""
        click = chance.choice(
            ["gclid", "gclid", "gclid", "wbraid", "gbraid", "msclkid", "utm_source", None]
        )
        values = {
            "name": f"Random {number}",
            "type": "lead",
            "consent": chance.choice(["granted", "granted", "unknown", "denied"]),
            "email_from": chance.choice([f"ann{number}@home.example", "noreply@a.example", False]),
            "phone": chance.choice(["+31 6 1234 5678", "n/a", False]),
        }
        if click:
            values["landing_url"] = f"https://shop.example/?{click}=Click-{number}"
        lead = self.env["crm.lead"].create(values)
        if lead.google_touch_id and chance.random() < 0.3:
            days = chance.choice([-1, 80, 95])
            lead.google_touch_id.occurred_at -= timedelta(days=days)
        self.later(minutes=chance.randint(1, 300))
        if chance.random() < 0.7:
            lead.convert_opportunity(self.env["res.partner"])
        if chance.random() < 0.5:
            lead.expected_revenue = chance.randint(0, 5000)
            lead.action_set_won()
        return lead
