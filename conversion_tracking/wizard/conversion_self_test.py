from secrets import token_hex

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..attribution.forms import read_forms
from ..groups import ADMINISTRATOR

SOURCE = "conversion-tracking-self-test"
MAX_PAGES = 10


class ConversionSelfTest(models.TransientModel):
    """Visits a website by an ad that does not exist, sends its forms, and tells where it stops.

    The website answers as it answers any visitor, and nothing that it writes stays: no visitor, no
    lead, no conversion. See ``conversion.trial.visitor``.
    """

    _name = "conversion.self.test"
    _description = "Self-test"

    website_id = fields.Many2one(
        "website", required=True, default=lambda self: self.env["website"].get_current_website()
    )
    line_ids = fields.One2many("conversion.self.test.line", "test_id", readonly=True)
    conclusion = fields.Char(compute="_compute_conclusion")
    state = fields.Selection(
        [("new", "Not tested"), ("passed", "Passed"), ("failed", "Failed")],
        compute="_compute_conclusion",
    )

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Self-test")

    @api.depends("line_ids.state")
    def _compute_conclusion(self):
        for test in self:
            failed = test.line_ids.filtered(lambda line: line.state == "failed")
            if not test.line_ids:
                test.state, test.conclusion = "new", False
            elif failed:
                test.state = "failed"
                test.conclusion = self.env._("It stops at: %(step)s", step=failed[0].title)
            else:
                test.state = "passed"
                test.conclusion = self.env._(
                    "Everything that was tried works. Nothing of the test was kept."
                )

    def action_run(self):
        """Test the website, and show what came out on the same page."""
        self.ensure_one()
        if not self.env.user.has_group(ADMINISTRATOR):
            raise AccessError(
                self.env._(
                    "Only administrators of Conversion Tracking can test the website. Ask one of "
                    "them."
                )
            )
        lines = [
            {**line, "sequence": number, "page": line.get("page")}
            for number, line in enumerate(self._run())
        ]
        self.line_ids = [fields.Command.clear(), *map(fields.Command.create, lines)]
        self.website_id.sudo().write(
            {
                "conversion_tested_at": fields.Datetime.now(),
                "conversion_test_passed": self.state == "passed",
            }
        )

    def _run(self):
        """Values of a line for each step, in the order in which they are tried."""
        browser = self.env["conversion.trial.visitor"]._arrive(self.website_id)
        gclid = f"Self-test-{token_hex(8)}"
        visit = {"utm_source": SOURCE, "utm_medium": "cpc", "gclid": gclid}
        pages = self._get_pages()
        landing = pages[0] if pages else "/"
        status, _html = browser.open(landing, **visit)
        yield self._tell_answer(landing, status)
        if status != 200:
            return
        yield self._tell_before_consent(browser)
        browser.accept_cookies()
        browser.open(landing, **visit)
        yield self._tell_remembered(browser)
        facts = None
        for step, found in self._try_forms(browser, pages):
            facts = facts or found
            yield step
        if facts:
            yield self._tell_origin(facts, gclid)
        yield from self._get_further_steps(facts)

    @api.model
    def _get_further_steps(self, facts):
        """More steps, after the forms. Override to add some.

        :param facts: of ``conversion.trial.mixin`` on the first lead that was made, None without
        """
        return []

    def _get_pages(self):
        """Addresses of published pages that have a form of the form builder."""
        pages = self.website_id._get_website_pages(
            [("is_published", "=", True), ("arch_db", "ilike", "data-model_name")],
            order="id",
        )
        return pages[:MAX_PAGES].mapped("url")

    # ------------------------------------------------------------
    # The steps
    # ------------------------------------------------------------

    @api.model
    def _tell_answer(self, page, status):
        title = self.env._("The website answers")
        if status == 200:
            return {"title": title, "state": "passed", "meaning": page}
        return {
            "title": title,
            "state": "failed",
            "meaning": self.env._(
                "%(page)s answers with HTTP status %(status)s.", page=page, status=status
            ),
            "remedy": self.env._("Open the page in your browser, and have it repaired."),
        }

    def _tell_before_consent(self, browser):
        title = self.env._("Consent is asked for first")
        if not self.website_id.cookies_bar:
            return {
                "title": title,
                "state": "unknown",
                "meaning": self.env._(
                    "This website has no cookies bar, so that nobody is asked: the consent of its "
                    "leads is unknown."
                ),
                "remedy": self.env._(
                    "Switch on Website > Configuration > Settings > Cookies Bar, unless another "
                    "tool asks, or your visitors need not be asked."
                ),
            }
        if browser.remembers:
            return {
                "title": title,
                "state": "failed",
                "meaning": self.env._("The visit was remembered before anybody agreed."),
                "remedy": self.env._(
                    "A tool on the website allows cookies before there is an answer. Look into "
                    "what replaces Odoo's cookies bar."
                ),
            }
        meaning = self.env._("Before the answer nothing is remembered.")
        return {"title": title, "state": "passed", "meaning": meaning}

    @api.model
    def _tell_remembered(self, browser):
        title = self.env._("A visit by an ad is remembered")
        if browser.remembers:
            return {"title": title, "state": "passed"}
        return {
            "title": title,
            "state": "failed",
            "meaning": self.env._("The visitor agreed and came by an ad, and no cookie was set."),
            "remedy": self.env._(
                "Look whether a proxy removes cookies or parameters from addresses, and at the "
                "server's log."
            ),
        }

    def _try_forms(self, browser, pages):
        """Pairs of a step and, where a lead was made, what the test wants to know of it."""
        makes_lead = False
        for page in pages:
            _status, html = browser.open(page)
            for form in read_forms(html):
                makes_lead |= form.makes_lead
                if form.makes_lead:
                    answer, facts = browser.send(page, form)
                    yield self._tell_form(page, answer, facts), facts
                elif form.sends_mail:
                    yield self._tell_mail_form(page), None
        if not makes_lead:
            yield self._tell_no_form(), None

    @api.model
    def _tell_form(self, page, answer, facts):
        title = self.env._("The form of %(page)s makes a lead", page=page)
        if facts:
            return {"title": title, "state": "passed"}
        missing = isinstance(answer, dict) and answer.get("error_fields")
        said = isinstance(answer, dict) and answer.get("error")
        if missing:
            meaning = self.env._(
                "Odoo refuses it for these fields: %(names)s.", names=", ".join(missing)
            )
        elif said:
            meaning = self.env._("Odoo refuses it: %(reason)s", reason=said)
        else:
            meaning = self.env._(
                "Odoo takes it, and makes no lead: a value that it needs is missing."
            )
        return {
            "title": title,
            "state": "failed",
            "meaning": meaning,
            "remedy": self.env._(
                "Open the page, press Edit, click the form and look at its fields: a lead needs a "
                "subject, called Opportunity."
            ),
        }

    @api.model
    def _tell_mail_form(self, page):
        return {
            "title": self.env._("The form of %(page)s makes a lead", page=page),
            "state": "failed",
            "meaning": self.env._("It sends an e-mail and makes no lead, so nothing is counted."),
            "remedy": self.env._(
                "Press Mend, or open the page, press Edit, click the form and choose the action "
                "Create an Opportunity."
            ),
            "page": page,
        }

    @api.model
    def _tell_no_form(self):
        return {
            "title": self.env._("A form makes leads"),
            "state": "failed",
            "meaning": self.env._("No published page has a form that makes leads."),
            "remedy": self.env._(
                "Drag a form onto a page of your website and choose the action Create an "
                "Opportunity."
            ),
        }

    @api.model
    def _tell_origin(self, facts, gclid):
        title = self.env._("The lead knows where it comes from")
        if facts["first_source"] == SOURCE and facts["gclid"] == gclid:
            return {
                "title": title,
                "state": "passed",
                "meaning": self.env._("First touch, lead creation and the ad's click id."),
            }
        return {
            "title": title,
            "state": "failed",
            "meaning": self.env._(
                "Its source is “%(name)s” instead of the ad's.", name=facts["source"]
            ),
            "remedy": self.env._(
                "Another add-on may write the source of leads, or cookies get lost between page "
                "and form. Look at the server's log."
            ),
        }
