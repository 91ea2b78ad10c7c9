"""Pages keep nothing secret and nothing personal."""

import base64
import random
import string
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.addresses import clean_address, clean_landing_page, page_path

DICE = random.Random(1)
TOKENS = [
    *(str(uuid.UUID(int=DICE.getrandbits(128), version=4)) for _ in range(200)),
    *(DICE.randbytes(16).hex() for _ in range(200)),
    *(base64.urlsafe_b64encode(DICE.randbytes(24)).decode() for _ in range(200)),
    *("".join(DICE.choices(string.ascii_letters + string.digits, k=20)) for _ in range(200)),
]


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/shop", "/my/orders/12", "/blog/our-blog-1/ten-reasons-for-solar-roofs-2026-12"),
        *("/shop/iphone15-pro-256gb-3", "/p/4006381333931", "/ContactUs", "/IMPRESSUM/PDFs"),
        *("/donaudampfschifffahrtsgesellschaft", "/über-uns", "/%C3%BCber-uns", "/новости"),
        *("/संपर्क-करें", "/お問い合わせ", "/r/AbC12xY", "/a.b/index.html", "/2026/11/26", "/~ann/"),
    ],
)
def test_what_people_read_stays(path):
    assert clean_landing_page(path) == path
    assert page_path(f"https://shop.example{path}") == path


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/survey/start/1b4e28ba-2fa1-11d2-883f-0016d3cca427", "/survey/start/*"),
        ("/survey/1b4e28ba2fa111d2883f0016d3cca427/a1b2c3d4e5f6a7b8", "/survey/*/*"),
        ("/x/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0", "/x/*"),
        ("/of/ann@example.com/orders", "/of/*/orders"),
        ("/of/ann%40example.com", "/of/*"),
        ("/of/ann%2540example.com", "/of/*"),
        ("/call/+4915112345678", "/call/*"),
        ("/shop;jsessionid=A1B2C3D4/list", "/shop/list"),
        ("/shop?token=abc", "/shop"),
    ],
)
def test_tokens_and_addresses_in_a_path_do_not(path, kept):
    assert clean_landing_page(path) == kept


def test_tokens_as_machines_make_them_are_seen():
    assert [one for one in TOKENS if clean_landing_page(f"/x/{one}/y") != "/x/*/y"] == []
    assert [one for one in TOKENS if clean_address(f"https://a.example/{one}")[-2:] != "/*"] == []
    assert [one for one in TOKENS if "?" in clean_landing_page("/", [("page", one)])] == []


@pytest.mark.parametrize(
    "name",
    [
        *("access_token", "token", "email", "q", "search", "phone", "name", "signup_email", "sid"),
        *(
            "srsltid",
            "gad_source",
            "_gl",
            "mc_eid",
            "mc_cid",
            "utm_id",
            "gclid",
            "fbclid",
            "ct_page",
        ),
        *("hash_token", "answer_token", "partner_id", "redirect", "db", "Page", "", "x" * 300),
    ],
)
def test_only_harmless_parameters_stay(name):
    assert clean_landing_page("/shop", [(name, "1"), ("page", "2")]) == "/shop?page=2"


@pytest.mark.parametrize("value", ["ann@example.com", "+4915112345678", "x" * 41, "<b>", ""])
def test_and_only_with_harmless_values(value):
    assert clean_landing_page("/shop", [("category", value)]) == "/shop"


def test_the_list_can_be_longer():
    query = [("model", "T4"), ("token", "abc")]
    assert clean_landing_page("/", query, ("model",)) == "/?model=T4"


@pytest.mark.parametrize(
    "address", ["", "javascript:alert(1)", "http://[", "ftp://x.com/", "http://ex ample/", "//"]
)
def test_what_is_no_page_refers_nobody(address):
    assert clean_address(address) == ""


def test_query_of_a_foreign_page_is_not_kept():
    address = clean_address("https://ann:secret@mail.example.org/x?to=ann@example.com#inbox/1")
    assert address == "https://mail.example.org/x"
    reset = clean_address("https://app.example.org/reset/9f86d081884c7d659a2feaa0c55ad015")
    assert reset == "https://app.example.org/reset/*"


def test_a_host_is_never_cut_into_another():
    assert clean_address("https://" + "a." * 100 + "google.com.evil.example/" + "x" * 99)
    assert clean_address("https://" + "a." * 115 + "google.com.evil.example/") == ""


@given(st.text(max_size=300), st.lists(st.tuples(st.text(max_size=20), st.text(max_size=60))))
@settings(max_examples=1000)
def test_cleaned_once_is_clean(path, query):
    page = clean_landing_page(f"/{path}", query)
    assert page.startswith("/")
    assert len(page) <= 255
    assert clean_landing_page(page) in (page, page.partition("?")[0])
    address = clean_address(f"https://a.example/{path}")
    assert clean_address(address) == address
