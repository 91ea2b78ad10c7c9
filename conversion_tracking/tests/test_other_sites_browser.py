"""A visitor of a site that is not Odoo's, in a real browser, and the links that people come by."""

import json
from base64 import urlsafe_b64decode
from datetime import timedelta

import requests

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tests.common import TEST_CURSOR_COOKIE_NAME

from . import test_visits
from .common import JourneyCase
from .other_site import OtherSite

SEARCH = "http://search.example/"
AD = "/?utm_source=google&utm_medium=cpc&utm_campaign=spring&gclid=AbC-1&token=secret"
DONE = 'console.log("test successful");'
# What the site does, and after it what a visitor does there: lands, answers, asks, is thanked.
WALK = """
document.getElementById("accept").addEventListener("click", () => {
    conversionTracking.consent(true);
});
if (location.pathname === "/") {
    %s
    document.getElementById("contact").click();
} else if (location.pathname === "/contact") {
    const link = document.getElementById("odoo");
    link.addEventListener("click", (ev) => ev.preventDefault());
    link.click();
    const { email_from, stored } = document.forms[0].elements;
    const shown = [link.href, document.getElementById("embedded").src];
    email_from.value = "ann@example.com";
    stored.value = JSON.stringify([shown, document.cookie, { ...localStorage }]);
    document.forms[0].requestSubmit();
}
"""
ACCEPT = 'document.getElementById("accept").click();'
# Runs the script under the address and referring page of each row, consent given, and sends on
# what it hands over; a browser lets a frame change its address 200 times in ten seconds.
# Then other ways to consent and to withdraw, with the number of things that the browser keeps.
OPEN_LINKS = """
(async () => {
    const [journeys, answers, others] = [[], [], []];
    const frame = document.createElement("iframe");
    const load = async (link) => {
        frame.remove();
        frame.src = link;
        document.documentElement.append(frame);
        await new Promise((resolve) => (frame.onload = resolve));
    };
    const find = (selector) => frame.contentDocument.querySelector(selector);
    const read = () => find("[name=conversion_journey]").value || find("#input_1_7").value;
    const note = () => answers.push([read(), localStorage.length]);
    const consent = (given) => frame.contentWindow.conversionTracking.consent(given);
    const run = async (link, referrer) => {
        const { contentWindow: site, contentDocument: page } = frame;
        site.history.replaceState(null, "", link);
        Object.defineProperty(page, "referrer", { value: referrer, configurable: true });
        delete site.conversionTracking;
        const script = page.createElement("script");
        script.src = page.querySelector("script[data-consent]").src;
        script.dataset.consent = "granted";
        page.head.append(script);
        await new Promise((resolve) => (script.onload = resolve));
        journeys.push(site.conversionTracking.journey());
        localStorage.clear();
    };
    for (const [number, row] of (await (await fetch("/rows")).json()).entries()) {
        number % 100 || (await load("/"));
        await run(...row);
    }
    const say = (state) => {
        frame.contentWindow.dataLayer = frame.contentWindow.dataLayer || [];
        frame.contentWindow.dataLayer.push(["consent", "update", { ad_storage: state }]);
        frame.contentDocument.getElementById("banner").click();
    };
    const answerTcf = (given) => {
        const data = { eventStatus: "useractioncomplete", purpose: { consents: { 1: given } } };
        frame.contentWindow.answerTcf(data, true);
    };
    await load("/?gclid=AbC");
    note();
    for (const answer of [consent, answerTcf]) {
        for (const given of [true, false]) {
            answer(given);
            note();
        }
    }
    for (const state of ["granted", "denied"]) {
        say(state);
        note();
    }
    await load("/granted?gclid=AbC");
    note();
    frame.contentWindow.dispatchEvent(new StorageEvent("storage", { key: "conversion_journey" }));
    note();
    const [seen, ...rest] = JSON.parse(localStorage.conversion_journey);
    localStorage.conversion_journey = JSON.stringify([seen - 91 * 86400, ...rest]);
    await load("/about");
    note();
    localStorage.conversion_journey = "damaged";
    await load("/about");
    note();

    await load("/?utm_source=late");
    frame.contentDocument.getElementById("contact").click();
    await new Promise((resolve) => (frame.onload = resolve));
    consent(true);
    others.push(read());
    for (let number = 0; number < 12; number++) {
        await load(`/?gclid=c${number}`);
    }
    others.push(read());
    localStorage.clear();
    const long = "x".repeat(900);
    await load(`/?email=${long}${long}&utm_term=${long}&gclid=AbC`);
    consent(true);
    await load(`/?email=${long}${long}&utm_term=${long}&gclid=DeF`);
    others.push(read());
    const body = new URLSearchParams({ collected: JSON.stringify([journeys, answers, others]) });
    await fetch("/collected", { method: "POST", body });
    console.log("test successful");
})();
"""
# Not asked; granted and withdrawn by a call, the IAB's framework, Google's mode; by the page, in
# a field of another name, whatever was withdrawn before; forgotten after 90 days; damaged.
ANSWERS = [
    ("unknown", "", 0, 0),
    *(("granted", "call", 1, 1), ("denied", "call", 0, 0)),
    *(("granted", "tcf", 1, 1), ("denied", "tcf", 0, 0)),
    *(("granted", "google", 1, 1), ("denied", "google", 0, 0)),
    *[("granted", "page", 1, 1)] * 2,
    ("unknown", "", 0, 0),
    ("unknown", "", 0, 0),
]


@tagged("post_install", "-at_install")
class TestOtherSitesBrowser(JourneyCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "api", groups="sales_team.group_sale_salesman")
        cls.env["utm.campaign"].create([{"name": name} for name in test_visits.CAMPAIGNS])
        cls.env["utm.campaign"].create({"name": "Search NL", "google_campaign_id": "17384"})
        sites = [{"name": one, "domain": one} for one in test_visits.OWN_SITES]
        cls.env["website"].create(sites)

    def fetch_proxy(self, url):
        """A search engine with the company's ad: the browser of tests asks for it here."""
        if url == SEARCH:
            return self.make_fetch_proxy_response(f'<a href="{self.site.url}{AD}">Sofas</a>')
        return super().fetch_proxy(url)

    def visit_site(self, answer, after=DONE, rows=()):
        """A visitor comes by the ad and sends the form; the site hands it to Odoo's API.

        :param answer: what they do with the banner, in JavaScript
        :param after: what the page of thanks does
        :return: the values of all forms that were sent
        """
        keys = self.env["res.users.apikeys"].with_user(self.seller).sudo()
        key = keys._generate("rpc", "site", fields.Datetime.now() + timedelta(days=1))
        sent = []

        def receive(values):
            sent.append(values)
            if "collected" in values:
                return
            lead = {name: values[name] for name in ("name", "email_from", "conversion_journey")}
            response = requests.post(
                f"{self.base_url()}/json/2/crm.lead/create",
                json={"vals_list": [lead]},
                headers={"Authorization": f"Bearer {key}"},
                cookies={TEST_CURSOR_COOKIE_NAME: self.http_request_key},
                timeout=30,
            )
            values["answer"] = response.text

        scripts = {"/site.js": WALK % answer, "/thanks.js": after}
        self.site = OtherSite(self.base_url(), receive, scripts, rows)
        with self.site.running():
            self.browser_js(SEARCH, "document.links[0].click()")
        return sent

    def read_form(self, values):
        """The lead that a form became, addresses of Odoo that a link and a frame showed, and what
        the browser stored."""
        shown, cookies, storage = json.loads(values["stored"])
        self.assertNotIn("conversion_journey", cookies)
        [lead_id] = json.loads(values["answer"])
        return self.leads.browse(lead_id), shown, storage

    def test_who_consents_is_a_lead_with_first_touch(self):
        [form] = self.visit_site(ACCEPT)
        lead, shown, storage = self.read_form(form)
        touch = lead.first_touch_id
        self.assertTouch(touch, source="google", medium="cpc", campaign="spring", gclid="AbC-1")
        self.assertTouch(touch, landing_page="/", referrer=SEARCH, other_site="127.0.0.1")
        self.assertEqual(lead.lead_creation_touch_id, touch)
        self.assertEqual((lead.consent, touch.consent_signal), ("granted", "call"))
        self.assertTrue(lead.consent_at)
        [submission] = lead.journey_ids - touch
        self.assertEqual((submission.kind, submission.page), ("conversion", "/contact"))
        self.assertEqual(list(storage), ["conversion_journey"])
        carried = "utm_source=google&utm_medium=cpc&utm_campaign=spring&gclid=AbC-1"
        paths = [f"/contactus?{carried}", f"/robots.txt?{carried}"]
        self.assertEqual(shown, [self.base_url() + path for path in paths])

    def test_without_consent_nothing_is_stored_and_links_say_the_same_as_in_odoo(self):
        text = test_visits.TABLE.read_text(encoding="utf-8")
        lines = [test_visits.TestVisits._read_cells(line) for line in text.splitlines()]
        # only what a browser opens as it stands there: Odoo asks who reads an order to log in
        rows = [
            cells
            for cells in lines
            if cells and cells[0].startswith("/") and not cells[2] and cells[8] != "/web/login"
        ]
        self.assertGreater(len(rows), 150)
        form, collected = self.visit_site(
            "", OPEN_LINKS, [(link, referrer) for link, referrer, *_rest in rows]
        )
        lead, shown, storage = self.read_form(form)
        self.assertEqual((storage, lead.consent), ({}, "unknown"))
        self.assertFalse(lead.first_touch_id | lead.lead_creation_touch_id)
        self.assertEqual(lead.journey_ids.mapped("kind"), ["conversion"])
        self.assertEqual(shown, [f"{self.base_url()}/contactus", f"{self.base_url()}/robots.txt"])

        journeys, answers, others = json.loads(collected["collected"])
        self.assertEqual([self.read_answer(*answer) for answer in answers], ANSWERS)
        late, many, long = [lead.journey_ids for lead in self.make_leads(others)]
        self.assertTouch(late[-1], source="late", landing_page="/")
        clicks = [f"c{number}" for number in range(11, 2, -1)]
        self.assertEqual(many.mapped("gclid"), ["c11", *clicks, False])
        self.assertTouch(many[-1], source="late")
        self.assertEqual(long.mapped("gclid"), ["DeF", "DeF", "AbC"])
        leads = self.make_leads(journeys)
        stored = [test_visits.TestVisits._describe(self, lead) for lead in leads]
        self.assertEqual(
            [[cell.strip("`") for cell in cells] for cells in stored],  # as a row is read
            [cells[3:] for cells in rows],
        )

    @staticmethod
    def read_answer(journey, stored):
        """State and signal of a consent, number of touches, and of things in the browser."""
        content = json.loads(urlsafe_b64decode(journey))
        state, *_time, signal = [*content["consent"], ""][:3]
        return state, signal, len(content["touches"]), stored

    def make_leads(self, journeys):
        """Leads of as many persons as there are journeys."""
        return self.leads.create(
            [
                {
                    "name": "Question",
                    "email_from": f"{len(journeys)}-{number}@example.com",
                    "conversion_journey": journey,
                }
                for number, journey in enumerate(journeys)
            ]
        )
