"""Tags are written in one way, and what cannot be is refused with its reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.naming import ALPHABETS, SEPARATORS, NamingRule, Written, alike_key, is_mixed
from attribution.text import clean_text

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
TRICKY = st.text(
    st.sampled_from("aZ %25_-.~{}$[]\uff3f\u0130ßé\u0430\u0301\u200b<>🔥\uff19"), max_size=40
)
RULES = st.builds(
    NamingRule,
    letter_case=st.sampled_from(("lower", "upper", "keep")),
    separator=st.sampled_from(tuple(SEPARATORS)),
    alphabet=st.sampled_from(ALPHABETS),
)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("f\u0430cebook", "mixed"),  # a Cyrillic a
        ("g\u03bfogle", "mixed"),  # a Greek o
        ("реклама", "letters"),
        ("東京", "letters"),
        ("🔥🔥", "nothing"),
        ("null", "nothing"),
        ("{{campaign.name}}", "nothing"),
        ("%00", "nothing"),
        ("x" * 256, "long"),
        ("x" * 2000, "long"),
        ("a" + "\u0301" * 100, "long"),
    ],
)
def test_what_cannot_be_written_is_refused(typed, problem):
    assert NamingRule().apply(typed) == Written(typed, "", problem)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Facebook", "facebook"),
        ("  Summer   Sale ", "summer_sale"),
        ("Summer-sale_2026", "summer-sale_2026"),
        ("Été à Orléans", "ete_a_orleans"),
        ("Größe ÆØ", "grosse_aeo"),
        ("🔥 Winter sale", "winter_sale"),
        ("-15% sale", "15_sale"),
        ("=HYPERLINK(1)", "hyperlink_1"),
        ("\uff46\uff41\uff43\uff45book", "facebook"),
        ("<b>Sale</b>", "sale"),
        ("news.example", "news.example"),
        ("sale -- now", "sale_now"),
    ],
)
def test_what_can_be_is_written_by_the_rule(typed, written):
    assert NamingRule().apply(typed).value == written


def test_each_rule_writes_its_own_way():
    assert NamingRule(separator="hyphen").apply("Summer Sale").value == "summer-sale"
    assert NamingRule("upper", "space").apply("Summer Sale").value == "SUMMER SALE"
    assert NamingRule("keep", alphabet="letters").apply("Реклама 東京").value == "Реклама_東京"
    assert NamingRule("keep", "space", "any").apply("🔥 Sale 50 %").value == "🔥 Sale 50 %"
    assert NamingRule("keep", "space", "any").apply("f\u0430cebook").problem == "mixed"
    assert NamingRule("keep", "space", "any").apply("Sale Москва").value == "Sale Москва"


def test_only_allowed_values_and_no_empty_one():
    rule = NamingRule(allowed=("cpc", "Paid Social"), is_required=True)
    assert rule.apply("paid social").value == "paid_social"
    assert rule.apply("banner").problem == "not_allowed"
    assert rule.apply(" ").problem == "missing"
    assert NamingRule().apply(" ") == Written()


@given(RULES, ANY | TRICKY)
def test_what_is_written_is_written_the_same_again(rule, typed):
    written = rule.apply(typed)
    if written.value:
        assert not written.problem
        assert rule.apply(written.value) == Written(written.value, written.value)
        assert clean_text(written.value) == written.value, "a visitor's request reads it so"
        assert len(written.value) <= 255


@pytest.mark.parametrize("alike", ["Facebook", "facebook.com", "www.facebook.com", "fb", "FB "])
def test_sources_that_mean_one_site(alike):
    assert alike_key(alike, is_source=True) == "facebook"


def test_names_that_differ_in_how_they_are_written():
    for name in ("Summer sale", "summer-sale", "SUMMER_SALE", "Sümmer sale"):
        assert alike_key(name) == "summersale"
    assert alike_key("fb") == "fb", "only sources are shortened to sites"
    assert alike_key("google.co.uk", is_source=True) == "google"
    assert alike_key("news.google.com", is_source=True) != "google"
    assert alike_key("🔥") == "🔥"


@given(ANY)
def test_any_name_has_a_key(name):
    assert isinstance(alike_key(name, is_source=True), str)
    assert is_mixed(name) in (True, False)
