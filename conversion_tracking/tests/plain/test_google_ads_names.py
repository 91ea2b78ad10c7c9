"""Google's enum members in the words that Google Ads shows to people."""

import pytest

from google_ads.names import readable

PERFORMANCE_MAX = "Cj0KCQiA-demo-PMax_4"  # clicked three days ago


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ("SEARCH", "Search"),
        ("SEARCH_PARTNERS", "Search partners"),
        ("PERFORMANCE_MAX", "Performance Max"),
        ("YOUTUBE", "YouTube"),
        ("UNSPECIFIED", ""),
        ("A_MEMBER_OF_TOMORROW", "A member of tomorrow"),
        ("999", "Unknown (999)"),
    ],
)
def test_googles_members_in_words(member, words):
    assert readable(member) == words
