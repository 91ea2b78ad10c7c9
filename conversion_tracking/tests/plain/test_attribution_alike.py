"""Names that may mean the same campaign; what tells two campaigns apart is respected."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.alike import Likeness, words_of

OTHERS = ("Newsletter May", "Trade fair", "Postcards", "Cold calls", "Partners", "White paper")


def find(name, *names):
    return Likeness((one, one) for one in (*names, *OTHERS)).find(name)


@pytest.mark.parametrize(
    ("at_google", "here"),
    [
        ("Solar panels - Search NL", "nl_solar_panels"),  # another order, a kind of campaign more
        ("desks_summer_sale", "Summer Sale: Desks"),  # the same words
        ("Standing desks Antwerp | Search", "Standing desks Antwerp"),  # contained
        ("Standing desks", "Standing desks 2026"),
        ("Performance Max - Homeowners", "Homeowners"),  # one telling word
        ("ZIMMERPFLANZEN größe XL", "Zimmerpflanzen GRÖSSE xl"),
        ("Winterangebot Wärmepumpen Köln", "Wärmepumpen Winterangebot"),
    ],
)
def test_probably_the_same(at_google, here):
    assert find(at_google, here) == [here]


@pytest.mark.parametrize(
    ("at_google", "here"),
    [
        ("Summer sale desks 2025", "Summer sale desks 2026"),  # another year
        ("Desks Search Brand NL", "Desks Search Brand DE"),  # another country
        ("Search Brand Desks", "Search Brand Chairs"),  # another product
        ("Performance Max", "Search - Google Ads campaign"),  # kinds only
        ("Search", "Search ads"),
        ("🔥", "❄"),
        ("", ""),
        ("- / -", "_"),
    ],
)
def test_not_the_same(at_google, here):
    assert find(at_google, here) == []


def test_the_likest_comes_first_and_each_once():
    names = [("a", "Desks"), ("b", "Desks Antwerp"), ("b", "antwerp_desks"), ("c", "Lamps")]
    assert Likeness(names).find("Desks Antwerp Search") == ["b", "a"]


def test_of_equals_the_first_one():
    assert Likeness([(2, "desks sale"), (1, "sale desks")]).find("Sale - Desks") == [2, 1]


def test_a_word_of_all_names_leads_to_none_of_them():
    names = [(number, f"sale thing{number}") for number in range(100)]
    assert Likeness(names).find("sale whatever") == []
    assert Likeness(names).find("Sale") == []
    assert Likeness(names).find("thing7 SALE") == [7]


def test_names_of_common_words_only_are_found_by_their_pairs():
    countries = [f"country{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    products = [f"product{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    names = [f"{country} {product}" for country in countries for product in products]
    likeness = Likeness((name, name) for name in names)
    assert likeness.find("Search - producta - countryz") == ["countryz producta"]


def test_a_monster_of_a_name_is_cut():
    assert len(words_of(" ".join(map(str, range(100_000))))) <= 12
    assert words_of("a" * 100_000) == ("a" * 1020,)


WORDS = st.lists(
    st.sampled_from(("desk", "chair", "lamp", "nl", "de", "2025", "search")), max_size=6
)


@given(WORDS, st.randoms())
def test_the_order_of_words_and_separators_do_not_matter(words, shuffling):
    other = list(words)
    shuffling.shuffle(other)
    found = Likeness([(1, " ".join(words))]).find("_".join(other).upper())
    assert found == ([1] if words else [])


@given(st.lists(st.text(max_size=30), max_size=12), st.text(max_size=30))
def test_whatever_the_names_are_the_answer_is_the_same_again(names, name):
    first, second = (Likeness(enumerate(names)).find(name) for _time in "ab")
    assert first == second
    assert len(set(first)) == len(first)


def test_few_names_are_compared_however_many_there_are(monkeypatch):
    """The number of comparisons grows with the names, not with their square."""
    compared = []
    likeness = Likeness._likeness
    monkeypatch.setattr(Likeness, "_likeness", lambda *args: compared.append(1) or likeness(*args))

    def comparisons(count):
        compared.clear()
        rng = random.Random(1)
        syllables = [f"w{number}" for number in range(count // 10)]
        names = [" ".join(rng.choices(syllables, k=4)) for _number in range(count)]
        everything = Likeness(enumerate(names))
        for name in names:
            everything.find(f"search {name}")
        return len(compared)

    assert comparisons(2_000) < 15 * comparisons(200)
