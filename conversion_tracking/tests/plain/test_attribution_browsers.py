"""Who is a person: measured against Odoo's own list, on what browsers and crawlers really send.

Their names are in ``user_agents.csv``.
"""

import csv
import sys
from pathlib import Path
from unittest import mock

import pytest

from attribution import browsers

# odoo/addons/web/models/ir_http.py, ``bots``: any of them anywhere in the name, in small letters.
CORE = (
    *("bot", "crawl", "slurp", "spider", "curl", "wget", "facebookexternalhit", "whatsapp"),
    *("trendsmapresolver", "pinterest", "instagram", "google-pagerenderer", "preview"),
)
ROWS = list(csv.DictReader(Path(__file__).with_name("user_agents.csv").open(encoding="utf-8")))
PEOPLE = {row["name"]: row["agent"] for row in ROWS if row["kind"] == "person"}
PROGRAMS = {row["name"]: row["agent"] for row in ROWS if row["kind"] == "program"}


def core_says(agent):
    return any(one in agent.lower() for one in CORE)


@pytest.mark.parametrize("name", PEOPLE)
def test_a_person(name):
    assert browsers.is_program(PEOPLE[name]) is False


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program(name):
    assert browsers.is_program(PROGRAMS[name]) is True


def test_the_list_is_better_than_odoos_own():
    wrong = {name for name, agent in PEOPLE.items() if core_says(agent)}
    assert {"Instagram, iPhone", "Pinterest, Android", "WhatsApp", "Cubot, Chrome"} <= wrong
    missed = {name for name, agent in PROGRAMS.items() if not core_says(agent)}
    assert {"Headless Chrome", "Lighthouse", "Python", "Go"} <= missed


def test_every_name_in_the_list_is_found():
    from crawleruseragents import CRAWLER_USER_AGENTS_DATA

    names = [name for one in CRAWLER_USER_AGENTS_DATA for name in one.get("instances", ())]
    # one of them is the app of Instagram, in the hands of a person
    taken_for_people = [name for name in names if not browsers.is_program(name)]
    assert len(names) > 2000
    assert all("Instagram 4" in name for name in taken_for_people)


@pytest.mark.parametrize("agent", ["", " ", "\x00", "Mozilla/5.0", "é" * 50, "\ud800"])
def test_a_strange_name_is_no_proof(agent):
    assert browsers.is_program(agent) is False


def test_without_the_list_only_apps_are_known():
    browsers._read_crawlers.cache_clear()
    browsers._is_program.cache_clear()
    with mock.patch.dict(sys.modules, {"crawleruseragents": None}):
        assert browsers.is_program(PEOPLE["Pinterest, iPhone"]) is False
        assert browsers.is_program(PROGRAMS["Google"]) is None
    browsers._read_crawlers.cache_clear()
    browsers._is_program.cache_clear()


def test_what_is_kept_of_hostile_names_is_short():
    browsers.is_program("x" * 100_000)
    assert browsers._is_program.cache_info().maxsize == 2048
    assert browsers.is_program("x" * browsers.MAX_LENGTH + "Googlebot/2.1") is False
