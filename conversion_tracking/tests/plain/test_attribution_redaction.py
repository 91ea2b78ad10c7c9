"""Click ids are taken out of texts, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.redaction import MARK, Redaction

CLICK = "Cj0KCQ-Ann_1"
WORDS = st.text("ab-&", min_size=5, max_size=8)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", ""),
        ("gclid", "gclid"),
        (f"gclid={CLICK}.", f"gclid={MARK}."),
        (f"{CLICK}{CLICK} and {CLICK}", f"{MARK}{MARK} and {MARK}"),
        (CLICK.lower(), CLICK.lower()),
        (CLICK[:-1], CLICK[:-1]),
        ("<a href='/p?a=1&amp;b=2'>", f"<a href='{MARK}'>"),
    ],
)
def test_to_the_letter(text, left):
    assert Redaction([CLICK, "/p?a=1&b=2"]).redact(text) == left


def test_the_longer_one_goes_as_a_whole():
    assert Redaction([CLICK, f"{CLICK}-more"]).redact(f"{CLICK}-more") == MARK


def test_what_is_short_is_a_word():
    assert not Redaction(["a", "abcd", ""])
    assert Redaction(["abcd"]).redact("abcd abcd") == "abcd abcd"


@given(st.lists(WORDS, max_size=4), st.text("ab-&;mp ", max_size=60))
def test_no_secret_is_left(secrets, text):
    redacted = Redaction(secrets).redact(text)
    assert not any(one in redacted for one in secrets)
    if not any(one in text for one in secrets):
        assert redacted == text or "&amp;" in text
