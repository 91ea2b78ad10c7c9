"""Forms of the form builder: read, filled in, mended."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.forms import LEAD, make_leads, read_forms

CONTACT = """
<div>
  <form action="/website/form/" data-model_name="mail.mail">
    <input type="text" name="name"/><input type="email" name="email_from"/>
    <input type="tel" name="phone"/><input type="text" name="company"/>
    <input type="text" name="subject"/><textarea name="description"></textarea>
    <input type="file" name="cv"/><input type="hidden" name="email_to"/>
  </form>
  <form action="/shop" method="get"><input name="search"/></form>
</div>
"""


def test_what_a_form_makes_and_asks_for():
    [form] = read_forms(CONTACT)
    assert form.sends_mail
    assert not form.makes_lead
    assert "cv" not in form.sample
    assert form.sample["email_from"].count("@") == 1
    assert form.sample["subject"]


def test_a_choice_is_its_first_one():
    page = """<form action="/website/form/" data-model_name="crm.lead"><select name="size">
    <option value="">Choose</option><option value="2">Small</option></select>
    <input type="radio" name="roof" value="flat"/><input type="radio" name="roof" value="steep"/>
    <input type="number" name="panels"/><input type="date" name="day"/></form>"""
    [form] = read_forms(page)
    assert form.makes_lead
    assert (form.sample["size"], form.sample["roof"]) == ("2", "flat")
    assert form.sample["panels"].isdigit()


def test_mended_forms_make_leads():
    mended = make_leads(CONTACT)
    [form] = read_forms(mended)
    assert form.model == LEAD
    assert {"contact_name", "partner_name", "name", "email_from", "phone"} <= form.sample.keys()
    assert "subject" not in form.sample
    assert make_leads(mended) is None, "nothing is left to mend"


def test_without_a_subject_the_persons_name_is_the_title():
    arch = """<t><form action="/website/form/" data-model_name="mail.mail">
    <input type="text" name="name"/></form></t>"""
    [form] = read_forms(make_leads(arch))
    assert "name" in form.sample


@pytest.mark.parametrize("page", ["", "   ", "<", "<!-- -->", "\x00", "plain text"])
def test_no_page_at_all(page):
    assert read_forms(page) == []


@given(st.text())
def test_any_text_is_read(text):
    assert read_forms(text) == []
