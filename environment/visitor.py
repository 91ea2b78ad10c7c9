"""The person of the demonstration: comes by a post on LinkedIn, a day later by a Google ad."""

import contextlib

from playwright.sync_api import sync_playwright

from . import browser

# A click of the sandbox's world: eight hours before it was started.
GCLID = "Cj0KCQiA-demo-Click_1"
EMAIL = "eva.jansen@example.com"
CONTACT_FORM = {
    "contact_name": "Eva Jansen",
    "phone": "+31 20 123 4567",
    "email_from": EMAIL,
    "partner_name": "Jansen Bakkerij",
    "name": "Solar roof",
    "description": "What would a solar roof cost?",
}


class Visitor:
    """A visitor whose browser keeps its cookies between two visits.

    :param url: address of the website
    """

    def __init__(self, url):
        self.url = url
        self._cookies = None

    def follow_post(self, now):
        """Come by a post on LinkedIn and accept cookies.

        :param now: the visitor's clock, an aware ``datetime``
        """
        with self._browsing(now) as page:
            page.goto(
                f"{self.url}/?utm_source=linkedin&utm_medium=social&utm_campaign=webinar_sept",
                referer="https://www.linkedin.com/",
            )
            # who leaves before the answer is there was never seen
            with page.expect_response("**/conversion_tracking/touch?*"):
                page.click("#cookies-consent-all")
            page.wait_for_function("document.cookie.includes('website_cookies_bar')")
            page.wait_for_load_state("networkidle")

    def click_ad_and_ask(self, now):
        """Come by a Google ad and send the contact form.

        :param now: as above
        """
        with self._browsing(now) as page:
            page.goto(f"{self.url}/?gclid={GCLID}", referer="https://www.google.com/")
            page.goto(f"{self.url}/contactus")
            page.wait_for_load_state("networkidle")
            for field, text in CONTACT_FORM.items():
                page.fill(f".s_website_form [name='{field}']", text)
            page.click(".s_website_form_send")
            page.wait_for_url("**/contactus-thank-you")

    @contextlib.contextmanager
    def _browsing(self, now):
        with sync_playwright() as playwright:
            chromium = browser.launch(playwright)
            context = chromium.new_context(
                user_agent=browser.USER_AGENT, storage_state=self._cookies
            )
            context.clock.set_system_time(now)
            yield context.new_page()
            self._cookies = context.storage_state()
            chromium.close()
