"""What is built parses back to the same values, whatever it was built from."""

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.link_rows import MAX_ROWS, TooLong, read_rows
from attribution.links import LINK_LENGTH, Page, build, read_page
from attribution.naming import ALPHABETS, SEPARATORS, NamingRule
from attribution.parameters import parse_landing_url
from attribution.touch import UTM_VALUES

NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)
SITE = "https://www.example.com"
ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
RULES = st.builds(
    NamingRule,
    letter_case=st.sampled_from(("lower", "upper", "keep")),
    separator=st.sampled_from(tuple(SEPARATORS)),
    alphabet=st.sampled_from(ALPHABETS),
)
QUERIES = st.text(st.sampled_from("ab=&?;%25+utm_sourcegclid.#"), max_size=60)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("javascript:alert(1)", "scheme"),
        ("JavaScript://example.com/%0aalert(1)", "scheme"),
        ("java\tscript:alert(1)", "characters"),
        ("data:text/html,<script>", "characters"),
        ("data:text/html,x", "scheme"),
        ("mailto:ann@example.com", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("https://www.example.com@evil.example/", "user"),
        ("https://www.example.com\\@evil.example/", "characters"),
        ("https://ex\u0430mple.com/", "mixed"),
        ("https://example.com/\u202egnp.exe", "characters"),
        ("https:///contactus", "host"),
        ("https://exa mple.com", "characters"),
        ("https://-x.example", "host"),
        ("https://[::1", "host"),
        ("https://example.com:x/", "host"),
        ("contact us", "characters"),
        ("contactus", "host"),
        ("https://example.com/" + "x" * 2000, "long"),
        ("https://example.com/?" + "a=1&" * 80, "parameters"),
        ("  ", "missing"),
    ],
)
def test_what_is_no_page_is_refused(typed, problem):
    assert read_page(typed, SITE) == Page(problem=problem)


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("/contactus", "https://www.example.com/contactus"),
        ("example.com/a", "https://example.com/a"),
        ("localhost:8069/a", "https://localhost:8069/a"),
        ("example.com:8069", "https://example.com:8069/"),
        ("//other.example/a", "https://other.example/a"),
        ("HTTP://EXAMPLE.com?b=2&a=%20#top", "http://example.com/?b=2&a=%20#top"),
        ("https://example.com/überuns", "https://example.com/%C3%BCberuns"),
        ("https://example.com/%C3%BC?x", "https://example.com/%C3%BC?x"),
    ],
)
def test_a_page_as_people_write_it(typed, url):
    assert read_page(typed, SITE) == Page(url)


def test_tags_and_clicks_of_a_copied_address_are_taken_off():
    page = read_page("/a?b=1&UTM_Source=News&amp;utm_medium=mail&gclid=AbC&c=2", SITE)
    assert page.url == f"{SITE}/a?b=1&c=2"
    assert dict(page.tags) == {"source": "News", "medium": "mail"}
    assert page.notes == ("tags", "click")


def test_an_address_that_leads_elsewhere_or_is_international_is_told():
    assert read_page("/web/login?redirect=https://evil.example", SITE).notes == ("redirect",)
    assert read_page("/a?next=//evil.example", SITE).notes == ("redirect",)
    page = read_page("https://bücher.example/", SITE)
    assert (page.url, page.notes) == ("https://xn--bcher-kva.example/", ("international",))


def test_a_link_that_is_too_long_is_none():
    url = f"{SITE}/{'x' * 1800}"
    assert build(url, {"source": "a"})
    assert build(url, {"source": "a" * 200}) == ""


@given(RULES, st.dictionaries(st.sampled_from(UTM_VALUES), ANY), QUERIES)
def test_what_is_built_is_read_as_the_same_values(rule, typed, query):
    page = read_page(f"/page?{query}", SITE)
    if page.problem:
        return
    tags = {name: value for name, text in typed.items() if (value := rule.apply(text).value)}
    link = build(page.url, tags)
    if not link:
        return
    assert len(link) <= LINK_LENGTH
    touch = parse_landing_url(link, now=NOW)
    assert touch.utm_values == tags
    assert not touch.click_ids
    again = read_page(link, SITE)
    assert (again.url, dict(again.tags)) == (page.url, tags)


@given(ANY | QUERIES)
def test_any_text_is_a_page_or_told_why_not(text):
    page = read_page(text, SITE)
    assert bool(page.url) != bool(page.problem)
    if page.url:
        assert page.url.startswith(("http://", "https://"))
        assert read_page(page.url, SITE).url == page.url


def test_rows_come_from_a_spreadsheet_or_are_typed():
    expected = (("source", "fb"), ("medium", "cpc"), ("term", ""), ("content", "blue"))
    for text in ("fb\tcpc\t\tblue", "fb;cpc;;blue", "fb, cpc, , blue", '"fb",cpc,,"blue"'):
        [row] = read_rows(text)
        assert row.cells == expected
    [row] = read_rows("\nutm_content;Quelle\n\nblue;fb", [("Quelle", "source")])
    assert (row.number, row.cells) == (4, (("content", "blue"), ("source", "fb")))


def test_a_row_of_values_is_no_header():
    assert len(read_rows("source\nmedium;x")) == 1
    assert len(read_rows("source;facebook\nfb;cpc")) == 2


def test_more_cells_than_columns_are_told():
    [row] = read_rows("a;b;c;d;e")
    assert row.problem == "columns"
    assert not read_rows("a;b;c;d;;")[0].problem


def test_too_many_rows_are_refused_before_reading():
    assert len(read_rows("a\n" * MAX_ROWS)) == MAX_ROWS
    with pytest.raises(TooLong):
        read_rows("a\n" * (MAX_ROWS + 1))
    with pytest.raises(TooLong):
        read_rows("x" * 200_000)


@given(ANY)
def test_any_text_can_be_pasted(text):
    assert all(row.number for row in read_rows(text))
