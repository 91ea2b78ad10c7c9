"""A name is kept as it was written, or not at all."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.text import choose_name, clean_text, name_key, plain_name

ANY = st.characters(codec=None, exclude_categories=())
# what is most likely to become something else when parts of it are dropped
TRICKY = st.text(st.sampled_from("%25<>bA/= \u200b\u0301\ud800{}_$[]"), max_size=40)


@pytest.mark.parametrize(
    "name",
    [
        *("webinar_sept", "Été 2026 | Promo (NL) 50%", "Valentine's", "Win 100%", "50%aff"),
        *("🔥 Winter sale", '"Brand" NL', "-15% sale", "Sofas <500 EUR", "promo [0]", "=cmd()|x"),
        *(
            "🔥",
            "Jeans <W30",
            "a < b > c",
            "C:\\sale",
            "50€",
            "نیم\u200cفصل",
            "👨\u200d👩\u200d👧 day",
        ),
        *("brand_{keyword}", "[NL] Brand", "$5 off", "+1", "__init__", "Q&A #3; part=2"),
    ],
)
def test_a_name_is_kept_as_it_was_written(name):
    assert clean_text(name) == name


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  two   spaces ", "two spaces"),
        ("line\nbreak", "line break"),
        ("<b>Sale</b>", "Sale"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("<script src=x>", ""),
        ("a\x00b", "ab"),
        ("Win\u00adter", "Winter"),
        ("\u202eevil", "evil"),
        ("half \ud83d", "half"),
        ("e\u0301te\u0301", "été"),
        ("Summer%20sale", "Summer sale"),
        ("Summer%2520sale", "Summer sale"),
        ("%22Brand%22", '"Brand"'),
        ("%3Cb%3ESale", "Sale"),
    ],
)
def test_what_nobody_wrote_is_dropped(written, kept):
    assert clean_text(written) == kept


@pytest.mark.parametrize(
    "empty",
    [
        *("", " ", "\x00", "\u202e", "\r\n", "\u200d", "-", "= + - @", "<", ">>", "<br>", "\ud800"),
        *("null", "NULL", "undefined", "None", "(none)", "(direct)", "(not set)", "NaN"),
        *("[object Object]", "(not%20set)", "%2528not%2520set%2529"),
        *("{campaignname}", "{{campaign.name}}", "{lpurl}", "{keyword:shoes}", "${CAMPAIGN_ID}"),
        *("%%x%%", "%epid!", "__CAMPAIGN_NAME__", "*|CAMPAIGN_UID|*", "[*KeywordID*]"),
        *("[campaign]", "[Campaign Name]", "$campaign", "{{campaign.name}}_{{adset.name}}"),
        *("%7Bcampaignname%7D", "{}", "{{}}"),
        *("x" * 256, "a" + "\u0316\u0300" * 16, " " * 1020 + "x", "%" + "25" * 9 + "41"),
    ],
)
def test_what_says_nothing_is_no_value(empty):
    assert clean_text(empty) == ""


@given(st.one_of(st.text(ANY, max_size=600), TRICKY))
@settings(max_examples=3000)
def test_any_text_comes_out_clean_and_stays_so(text):
    cleaned = clean_text(text)
    assert len(cleaned) <= 255
    assert not set(map(unicodedata.category, cleaned)) & {"Cc", "Cs", "Co", "Zl", "Zp"}
    assert cleaned == " ".join(cleaned.split())
    assert "<b>" not in cleaned
    assert clean_text(cleaned) == cleaned
    cleaned.encode()


class TestKey:
    @pytest.mark.parametrize(
        ("name", "other"),
        [
            ("🔥 Winter sale", "winter sale"),
            ('"Brand" NL', "Brand NL"),
            ("-15% sale", "15% Sale"),
            ("Sofas <500 EUR", "Sofas 500 EUR"),
            ("STRASSE", "straße"),
            ("two  spaces ", "two spaces"),
        ],
    )
    def test_names_that_differ_in_what_gets_lost_have_one_key(self, name, other):
        assert name_key(name) == name_key(other)

    @pytest.mark.parametrize(
        ("name", "other"),
        [("web_nl", "web-nl"), ("promo [0]", "promo"), ("🔥", "❄"), ("50%", "50")],
    )
    def test_other_names_have_another(self, name, other):
        assert name_key(name) != name_key(other)

    def test_a_key_is_short_enough_for_an_index(self):
        assert len(name_key("é" * 3000)) == 255

    @given(st.text(max_size=300))
    def test_what_is_lost_once_is_not_lost_again(self, name):
        assert plain_name(plain_name(name)) == plain_name(name)


class TestChoice:
    FIRE, SNOW, PLAIN = "🔥 Winter sale", "❄ Winter sale", "Winter sale"

    def test_as_written_wins(self):
        for name in (self.FIRE, self.SNOW, self.PLAIN):
            assert choose_name(name, [self.PLAIN, self.SNOW, self.FIRE]) == name
        assert choose_name("sale", ["SALE", "sale"]) == "sale"

    def test_capitals_and_spaces_do_not_matter(self):
        assert choose_name("❄  winter SALE", [self.PLAIN, self.SNOW]) == self.SNOW

    def test_signs_may_be_lost_on_either_side(self):
        assert choose_name(self.PLAIN, [self.FIRE]) == self.FIRE
        assert choose_name(self.FIRE, [self.PLAIN]) == self.PLAIN

    def test_different_signs_are_different_names(self):
        assert choose_name(self.FIRE, [self.SNOW]) is None

    def test_nobody_guesses_whose_signs_were_lost(self):
        assert choose_name(self.PLAIN, [self.FIRE, self.SNOW]) is None

    def test_there_may_be_none(self):
        assert choose_name(self.PLAIN, []) is None

    @given(st.text(max_size=60), st.text(max_size=60))
    def test_what_is_chosen_has_the_same_key(self, name, other):
        assert choose_name(name, [name]) == name
        if choose_name(name, [other]):
            assert name_key(name) == name_key(other)
