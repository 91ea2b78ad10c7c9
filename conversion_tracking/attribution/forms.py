"""The forms on a page of the website: what they make, what they ask for, and how to mend one.

Odoo's form builder writes on each form which record it makes, and posts to ``/website/form/``.
"""

from dataclasses import dataclass, field

from lxml import etree, html

LEAD = "crm.lead"
MAIL = "mail.mail"
_ROUTE = "/website/form/"
# What the contact form of a new website calls its fields, and what a lead does.
_LEAD_NAMES = {"name": "contact_name", "subject": "name", "company": "partner_name"}
_SAMPLES = {
    "email": "self-test@conversion-tracking.example",
    "tel": "+1 650 253 0000",
    "number": "1",
    "date": "2026-01-01",
    "datetime-local": "2026-01-01T12:00",
    "url": "https://conversion-tracking.example/",
}
_TEXT = "Self-test"
_NOT_FILLED = ("file", "submit", "button", "reset", "image")


@dataclass(frozen=True)
class PageForm:
    """A form on a page.

    :param model: of the record that it makes
    :param sample: values that a visitor could have typed in, by name; a choice is its first one
    """

    model: str
    sample: dict = field(default_factory=dict)

    @property
    def makes_lead(self) -> bool:
        return self.model == LEAD

    @property
    def sends_mail(self) -> bool:
        """Whether it sends an e-mail, so that nobody is recorded."""
        return self.model == MAIL


def read_forms(page: str) -> list[PageForm]:
    """The forms of Odoo's form builder in the HTML of a page, in their order."""
    try:
        tree = html.fromstring(page)
    except (etree.ParserError, ValueError):
        return []
    return [PageForm(form.get("data-model_name"), _get_sample(form)) for form in _find_forms(tree)]


def make_leads(arch: str) -> str | None:
    """The view of a page whose forms make leads instead of sending e-mails; None without any.

    As the form builder does when its action is changed to *Create an Opportunity*. What the
    e-mail's subject was is the lead's title; where there is none, the person's name is.

    :param arch: XML of the view
    """
    tree = etree.fromstring(arch)
    forms = [form for form in _find_forms(tree) if form.get("data-model_name") == MAIL]
    for form in forms:
        form.set("data-model_name", LEAD)
        inputs = {one.get("name"): one for one in form.iter("input", "textarea", "select")}
        names = _LEAD_NAMES if "subject" in inputs else {"company": "partner_name"}
        for name, of_lead in names.items():
            if name in inputs:
                inputs[name].set("name", of_lead)
    return etree.tostring(tree, encoding="unicode") if forms else None


def _find_forms(tree):
    forms = [*tree.iter("form")]
    return [one for one in forms if one.get("data-model_name") and _ROUTE in one.get("action", "")]


def _get_sample(form):
    sample = {}
    for one in form.iter("input", "textarea", "select"):
        name = one.get("name")
        if name and name not in sample and one.get("type") not in _NOT_FILLED:
            sample[name] = _get_value(one)
    return sample


def _get_value(one):
    if one.tag == "select":
        values = (option.get("value", option.text or "") for option in one.iter("option"))
        return next((value.strip() for value in values if value.strip()), "")
    kind = one.get("type", "text")
    if kind in ("hidden", "radio", "checkbox"):
        return one.get("value") or ""
    return one.get("value") or _SAMPLES.get(kind, _TEXT)
