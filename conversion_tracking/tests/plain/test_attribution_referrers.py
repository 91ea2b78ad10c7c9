"""Who refers nobody, and with whom a cookie is shared: attacked first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.referrers import OwnHosts, get_shared_domain, host_of_page, is_return

OWN = OwnHosts.of(
    ["https://www.example.com", "https://müller.example:8069", "my-shop.example", "", "  ", "//["]
)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/shop",
        "https://www.example.com:8443/",
        "https://EXAMPLE.com./",
        "https://blog.example.com/post",
        "https://xn--mller-kva.example/",
        "https://www.müller.example/",
        "https://www-example-com.translate.goog/shop?_x_tr_sl=en",
        "https://example-com.translate.goog/",
        "https://my--shop-example.translate.goog/",
        "https://www-example-com.cdn.ampproject.org/v/s/www.example.com/amp?amp_js_v=0.1",
        "https://cdn.ampproject.org/c/s/example.com/post",
        "https://example.com.amp.cloudflare.com/",
        "https://www-example-com.bing-amp.com/c/s/www.example.com/",
        "https://translate.google.com/translate?sl=en&u=https://www.example.com/shop",
        "https://translate.google.de/translate?u=https%3A%2F%2Fexample.com%2F",
        "https://webcache.googleusercontent.com/search?q=cache:AbC:www.example.com/shop+sofa",
        "https://web.archive.org/web/2026/https://www.example.com/",
    ],
)
def test_own_pages_and_copies_of_them(address):
    assert host_of_page(address) in OWN


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com.evil.example/",
        "https://notexample.com/",
        "https://example.co/",
        "https://www-example-com.translate.goog.evil.example/",
        "https://www-other-com.translate.goog/",
        "https://translate.google.com/translate?u=https://other.org/&x=https://example.com/",
        "https://evil.example/translate?u=https://example.com/",
        "https://xn--mller-kva.org/",
        "https://com/",
    ],
)
def test_other_pages(address):
    assert host_of_page(address)
    assert host_of_page(address) not in OWN


@pytest.mark.parametrize(
    "address",
    ["", "x", "//[", "https://", "https://translate.google.com/", "https://" + "a" * 70 + "é.de"],
)
def test_pages_that_do_not_tell_whose_they_are(address):
    assert host_of_page(address) == ""


def test_letters_that_browsers_take_as_they_are():
    assert host_of_page("https://straße.example/") in OwnHosts.of(["straße.example"])
    assert host_of_page("https://xn--strae-oqa.example/") in OwnHosts.of(["straße.example"])


@given(st.text(max_size=300))
def test_no_address_can_break_it(text):
    for address in (text, f"https://{text}", f"https://translate.google.com/?u={text}"):
        assert host_of_page(address) in OWN or True
        assert get_shared_domain(address, OWN) in ("", "example.com", "my-shop.example")


@pytest.mark.parametrize(
    ("path", "returns"),
    [
        *((path, True) for path in ("/payment/status", "/shop/confirmation", "/shop/payment")),
        *((path, True) for path in ("/web/login", "/web/signup?token=x", "/auth_oauth/signin")),
        *((path, True) for path in ("/my", "/my/orders/12/payment", "/my/invoices/7")),
        *((path, False) for path in ("/", "/shop", "/mystery", "/payments", "/shop/cart", "")),
    ],
)
def test_pages_that_visitors_return_to(path, returns):
    assert is_return(path) is returns


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.example.com", "example.com"),
        ("example.com", "example.com"),
        ("WWW.Example.com.", "example.com"),
        ("my-shop.example", "my-shop.example"),
        ("blog.example.com", ""),
        ("www.unknown.com", ""),
        ("localhost", ""),
        ("www.localhost", ""),
        ("127.0.0.1", ""),
        ("www.127.0.0.1", ""),
        ("[::1]", ""),
        ("www.co.uk", ""),
        ("www.com", ""),
        ("www.shop.co.uk", "shop.co.uk"),
        ("", ""),
    ],
)
def test_a_cookie_is_shared_with_and_without_www(host, domain):
    own = OwnHosts.of(
        ["example.com", "my-shop.example", "localhost", "127.0.0.1", "co.uk", "com", "shop.co.uk"]
    )
    assert get_shared_domain(host, own) == domain
