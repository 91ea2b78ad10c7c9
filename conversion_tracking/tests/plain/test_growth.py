"""Whatever length a visitor sends, reading it takes time in proportion, and beyond a limit none.

Regular expressions and normalisation run in C, where no calls can be counted: so a clock it is,
of processor time.
"""

import time
from datetime import datetime, timezone
from functools import cache, partial
from timeit import Timer

import channel_data
import pytest

from attribution import (
    addresses,
    browsers,
    channels,
    click_ids,
    consent,
    cookie,
    cost_rows,
    parameters,
    redirects,
    referrers,
)
from attribution import query as queries
from attribution import text as texts
from attribution.identity import Filler
from attribution.touch import Touch
from google_ads import errors, hashing, json_object, library_errors
from google_ads.transports import data_manager_status

NOW = datetime(2026, 11, 20, tzinfo=timezone.utc)
GERMAN_PHONE = partial(hashing.normalise_phone, country_code="DE")
FILLER = Filler(("info@*", "no-reply+*@*", "*@*.invalid", "*@none.*", "test@test*", "*0000000"))
HOSTS = ("*.*.*.*.*.*.zz", "******.zz", "*a*a*a*a*b", "*.*.*.*.*.*.*")
WORDS = ("*a*a*a*a*a*a*b", "a*" * 60 + "b")


def filled(start, unit, end=""):
    """Maker of a text of any length: ``start``, as often as fits ``unit``, ``end``."""
    return lambda length: (start + unit * (length // len(unit) + 1))[: length - len(end)] + end


def by_host(host):
    return channels.ChannelRule("email", sources=HOSTS).matches(Touch(NOW, source=host))


def by_medium(medium):
    return channels.ChannelRule("email", mediums=WORDS).matches(Touch(NOW, medium=medium))


def by_campaign(campaign):
    return channels.ChannelRule("email", campaigns=WORDS).matches(Touch(NOW, campaign=campaign))


def by_our_rules(text):
    touch = Touch(NOW, source=text, medium=text, campaign=text, gclid=text)
    return channels.describe(touch, channel_data.RULES, channel_data.SITES)


def by_agent(text):
    return browsers._is_program.__wrapped__(text[: browsers.MAX_LENGTH])


def by_redirect(text):
    return redirects.carry_on(f"/{text[:4096]}", [("utm_source", text), ("gclid", text)])


def landing_page(path):
    return addresses.clean_landing_page(path, [("page", path)])


def request(text):
    pairs = [("utm_source", text), ("gclid", text), ("page", text)]
    return parameters.parse_request(pairs, path=text, referrer=text, own_hosts=(), now=NOW)


def within(text):
    return queries.divide_query([("page", text)])


def name_of(text):
    return queries.divide_query([(text, "1")])


def cost_lines(text):
    """Pasted rows are read one by one, or refused before the first."""
    try:
        return list(cost_rows.read_rows(text, cost_rows.Notation()))
    except cost_rows.TooLong:
        return []


def cost_amount(text):
    return cost_lines(f"2026-01-01;Stand;{text};")


@cache
def pairs_of(text):
    return [("page", "1")] * len(text)


def many_parameters(text):
    pairs = pairs_of(text)
    return parameters.parse_request(pairs, path="/", referrer="", own_hosts=(), now=NOW)


# What is called, the length up to which it reads, and the texts that were worst for it.
READERS = {
    "e-mail: labels": (hashing.normalise_email, 320, filled("a@", "a.", "@")),
    "e-mail: dots": (hashing.normalise_email, 320, filled("x@", ".", "\n@")),
    "e-mail: hyphens": (hashing.normalise_email, 320, filled("x@a", "-", "!")),
    "e-mail: white space": (hashing.normalise_email, 320, filled("x", " ", "@a.de")),
    "e-mail: name": (hashing.given_address, 1000, filled("", "a", "<a@a.de>")),
    "phone: digits": (GERMAN_PHONE, 64, filled("+", "49")),
    "phone: spaces": (GERMAN_PHONE, 64, filled("0", " ")),
    "phone: brackets": (GERMAN_PHONE, 64, filled("+49", "(1)")),
    "text: letters": (texts.clean_text, 1020, filled("", "a")),
    "text: marks": (texts.clean_text, 1020, filled("a", "\u0316\u0300")),
    "text: piles of marks": (texts.clean_text, 1020, filled("", "a" + "\u0316\u0300" * 14)),
    "text: brackets": (texts.clean_text, 1020, filled("", "<")),
    "text: tags": (texts.clean_text, 1020, filled("", "<a", ">")),
    "text: open tags": (texts.clean_text, 1020, filled("", "<a")),
    "text: encoded": (texts.clean_text, 1020, filled("", "%25")),
    "text: encoded often": (texts.clean_text, 1020, filled("%", "25")),
    "text: placeholders": (texts.clean_text, 1020, filled("", "{{a")),
    "text: underlines": (texts.clean_text, 1020, filled("__A", "_A")),
    "text: stars": (texts.clean_text, 1020, filled("", "*|a[*")),
    "key of a name": (texts.name_key, 1020, filled("", "🔥a")),
    "query: ampersands": (within, 4096, filled("", "&")),
    "query: HTML": (within, 4096, filled("&", "amp;")),
    "query: questions": (within, 4096, filled("", "?a")),
    "query: names": (within, 4096, filled("", "&utm_source=")),
    "query: blanks": (name_of, 4096, filled("", " &amp;")),
    "click id": (click_ids.clean_click_id, 512, filled("", "a", "!")),
    "address: path": (addresses.clean_address, 4096, filled("https://a.de/", "é")),
    "address: host": (addresses.clean_address, 4096, filled("https://", "a.")),
    "address: marks": (addresses.clean_address, 4096, filled("https://a", "\u0316\u0300")),
    "address: colons": (addresses.clean_address, 4096, filled("https://[", ":")),
    "host": (addresses.host_of, 4096, filled("https://", "ab.", "de/")),
    "page": (addresses.page_path, 4096, filled("/", "é")),
    "page: words": (addresses.page_path, 510, filled("/", "a1-")),
    "page: encoded": (addresses.page_path, 510, filled("/", "%25")),
    "agent: letters": (by_agent, 1000, filled("", "a")),
    "agent: beginnings": (by_agent, 1000, filled("", "Goo")),
    "agent: gaps": (by_agent, 1000, filled("", "Current ")),
    "copy: hosts": (
        referrers.host_of_page, 4096, filled("https://translate.google.com/?u=", "a.")
    ),
    "copy: colons": (referrers.host_of_page, 4096, filled("https://web.archive.org/", "a:a.")),
    "copy: hyphens": (referrers.host_of_page, 4096, filled("https://", "-", ".translate.goog")),
    "own host": (referrers.OwnHosts(frozenset("x")).__contains__, 252, filled("", "a.")),
    "own host: letters": (referrers._in_ascii.__wrapped__, 253, filled("", "é.", "de")),
    "own host: joiners": (referrers._in_ascii.__wrapped__, 253, filled("", "क्‍", "de")),
    "redirect": (by_redirect, 4096, filled("", "&a=")),
    "redirect: marketing": (redirects.may_tell, 4096, filled("", "utm_")),
    "landing page": (landing_page, 510, filled("/", "é")),
    "landing URL": (partial(parameters.parse_landing_url, now=NOW), 4096, filled("/?", "a=1&")),
    "request": (request, 4096, filled("/", "é")),
    "parameters": (many_parameters, 100, filled("", "a")),
    "cookie": (partial(cookie.decode, key=b"key"), 3800, filled("1.", "A", ".A")),
    "cookie: dots": (partial(cookie.decode, key=b"key"), 3800, filled("1", ".")),
    "key file": (json_object.read_json_object, 20_000, filled('{"a": "', "a", '"}')),
    "key file: nested": (json_object.read_json_object, 20_000, filled("", '{"a":')),
    "consent: nested": (partial(consent.read_answer, now=NOW), 1024, filled("", '{"a":')),
    "consent: number": (partial(consent.read_answer, now=NOW), 1024, filled('{"ts":', "9", "}")),
    "costs: rows": (cost_lines, 20_000, filled("", "2026-01-01;Stand;1.234,50;1\n")),
    "costs: cells": (cost_lines, 200_000, filled("", "a;")),
    "costs: quotes": (cost_lines, 200_000, filled("", '"a""')),
    "costs: one cell": (cost_lines, 200_000, filled("", "a")),
    "costs: number": (cost_amount, 255, filled("", "1.", ",")),
    "costs: digits": (cost_amount, 255, filled("", "9")),
    "filler: labels": (FILLER.tell_email, 250, filled("a@", "a.", "com")),
    "filler: letters": (FILLER.tell_email, 190, filled("a@none", "a", ".com")),
    "filler: digits": (FILLER.tell_phone, 16, filled("+1", "0")),
    "host pattern: labels": (by_host, 250, filled("", "ab.", "com")),
    "host pattern: letters": (by_host, 250, filled("", "a")),
    "medium pattern": (by_medium, 255, filled("", "a")),
    "campaign word": (by_campaign, 255, filled("", "a")),
    "campaign words": (by_campaign, 255, filled("", "a ")),
    "our rules: letters": (by_our_rules, 255, filled("", "shop")),
    "our rules: labels": (by_our_rules, 250, filled("", "a.", "com")),
    "Google's text: letters": (errors.scrub, 2000, filled("", "a")),
    "Google's text: numbers": (errors.scrub, 2000, filled("", "0 ")),
    "Google's field path": (library_errors.event_index, 2000, filled("", "events[1")),
    "Google's warning": (
        lambda text: data_manager_status.remarks([{"field": text}]), 2000, filled("events[", "1")
    ),
}  # fmt: skip
READ = pytest.mark.parametrize("name", READERS)


def duration(function, text):
    """Shortest time of one call, in seconds."""
    timer = Timer(partial(function, text), timer=time.process_time)
    number = 1
    while (taken := timer.timeit(number)) < 0.002:
        number *= 4
    return min(taken, *timer.repeat(2, number)) / number


@READ
def test_ten_times_the_input_takes_at_most_twelve_times_the_time(name):
    function, limit, make = READERS[name]
    at_most_slower(function, make(limit // 10), make(limit // 10 * 10), 12)


@READ
def test_beyond_the_limit_it_takes_no_more_time(name):
    function, limit, make = READERS[name]
    for length in (10 * limit, 1_000_000):
        at_most_slower(function, make(limit), make(length), 2)


def at_most_slower(function, text, longer, factor):
    """Two measurements in a row are compared, again until nothing else slowed down the second.

    A machine with other work becomes slower and faster by itself, by half and for seconds. What
    takes more time in truth is so each time. Less than 20 microseconds is noise.
    """
    for _chance in range(100):
        quick, slow = duration(function, text), duration(function, longer)
        if slow <= factor * max(quick, 0.000_02):
            return
        time.sleep(0.05)
    pytest.fail(f"{slow / quick:.1f} times the time for {len(longer)} characters")
