"""Pictures of what a salesperson and a marketing manager see in the demonstration."""

import re

from playwright.sync_api import sync_playwright

from . import browser, paths


def take(url, login, password, lead):
    """Write them into the folder of screenshots.

    :param url: of the running Odoo
    :param lead: id of the lead whose tracking is shown
    """
    paths.SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = browser.launch(playwright)
        page = chromium.new_page(viewport={"width": 1400, "height": 2000})
        page.goto(f"{url}/web/login")
        page.fill("input[name='login']", login)
        page.fill("input[name='password']", password)
        page.click(".oe_login_form button[type='submit']")
        page.wait_for_url(re.compile("/odoo"))
        page.goto(f"{url}/odoo/action-crm.crm_lead_action_pipeline/{lead}")
        page.click("a[name='conversion_tracking']")
        page.wait_for_timeout(1000)
        page.screenshot(path=paths.SCREENSHOTS / "lead.png", full_page=True)
        page.set_viewport_size({"width": 1400, "height": 900})
        page.goto(f"{url}/odoo/conversion-board")
        # the last section is the last to come
        page.wait_for_selector(".o_kpi_section[data-key='google_ads']")
        page.wait_for_timeout(1000)
        page.screenshot(path=paths.SCREENSHOTS / "board.png")
        page.goto(f"{url}/odoo/action-conversion_tracking.campaign_roi_action")
        page.wait_for_selector(".o_list_view")
        page.wait_for_timeout(1000)
        page.screenshot(path=paths.SCREENSHOTS / "campaign_roi.png")
        chromium.close()
