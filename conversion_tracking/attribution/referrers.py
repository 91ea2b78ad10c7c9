"""Which pages refer nobody: own ones, copies of them, and pages that a visitor only returns from.

A host stands here as browsers send it: small letters, ``xn--`` for other letters, no ``www.``.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

# Newer than Python's own, and as browsers do: the German sharp s is a letter, no two.
import idna

from .addresses import host_of

# Copies of a page whose host tells whose it is: "www-example-com.translate.goog".
_COPIES = (".translate.goog", ".cdn.ampproject.org", ".bing-amp.com")
_AMP_OF_CLOUDFLARE = ".amp.cloudflare.com"  # "example.com.amp.cloudflare.com"
# Copies whose address holds the page's own in path or query.
_KEEPERS = (
    *("translate.google.", "translate.googleusercontent.", "webcache.googleusercontent."),
    *("translate.yandex.", "translated.turbopages.", "cdn.ampproject.org", "web.archive.org"),
    "cc.bingj.com",
)
_HOST_INSIDE = re.compile(r"[/=:]((?:[a-z0-9-]{1,63}\.){1,8}[a-z0-9-]{2,63})(?![a-z0-9.-])")

# Pages to which a bank, a payment provider or an identity server sends a visitor back, or a
# mail of a running deal leads: nobody advertises them. The names of banks cannot be listed.
_RETURNS = re.compile(
    r"/(?:payment|shop/(?:payment|confirmation)|web/(?:login|signup|reset_password)|auth_oauth|my"
    r"|web/session)(?:/|\?|$)"
)

# What a redirect may lead to instead of a page.
_FILES = re.compile(r"/web/(?:content|image|assets|static)(?:/|\?|$)|/[^/]+/static/")

# What registries put below the two letters of a country, as in "co.uk": never a site.
_REGISTRIES = frozenset(
    {"ac", "asn", "biz", "co", "com", "edu", "firm", "gen", "go", "gob", "gov", "gouv", "govt"}
    | {"gr", "id", "ind", "info", "ltd", "me", "mil", "ne", "net", "nom", "or", "org", "plc"}
    | {"sch", "school", "web"}
)
_HOST_LENGTH = 253  # RFC 1035


@dataclass(frozen=True)
class OwnHosts:
    """Hosts of the company; those below them are its own, too: nobody else can have them."""

    names: frozenset = field(default_factory=frozenset)

    @classmethod
    def of(cls, texts):
        """The hosts in ``texts``, addresses or host names; what is neither is left out."""
        hosts = (_host_in(text if "//" in text else f"//{text}") for text in map(str.strip, texts))
        return cls(frozenset(filter(None, hosts)))

    def __contains__(self, host):
        while host and len(host) <= _HOST_LENGTH:
            if host in self.names:
                return True
            host = host.partition(".")[2]
        return False

    def __or__(self, hosts):
        return OwnHosts(self.names | hosts)


def host_of_page(address):
    """Host of the page that ``address`` shows; of a translation or another copy, the original's.

    :return: ``""`` when it cannot be read, or the copy does not tell whose it is: browsers send
        only the host of most pages
    """
    host = _host_in(address)
    for ending in _COPIES:
        if host.endswith(ending):
            # "--" stands for "-", "-" for "."
            label = host.removesuffix(ending).replace("--", "\0").replace("-", ".")
            return label.replace("\0", "-").removeprefix("www.")
    if host.endswith(_AMP_OF_CLOUDFLARE):
        return host.removesuffix(_AMP_OF_CLOUDFLARE).removeprefix("www.")
    if host.startswith(_KEEPERS):
        parts = urlsplit(address)
        found = _HOST_INSIDE.search(unquote(f"{parts.path}?{parts.query}").lower())
        return _host_in(f"//{found[1]}") if found else ""
    return host


def is_host(text):
    """Whether ``text`` is the host of a site and nothing else: no address, no number, no name
    that a registry gives out."""
    host = _host_in(f"//{text}")
    is_alone = set(text).isdisjoint("/:@?#")
    return is_alone and bool(get_shared_domain(host, OwnHosts(frozenset([host]))))


def is_return(path):
    """Whether visitors come to the own page ``path`` only to go on with what they began.

    :param path: without language
    """
    return bool(_RETURNS.match(path))


def is_file(path):
    """Whether the own address ``path`` is a file, and no page that takes note of its visitors."""
    return bool(_FILES.match(path))


def get_shared_domain(host, own):
    """Domain that ``host`` shares a cookie with, as ``shop.example`` and ``www.shop.example`` do.

    :param host: of the request, without its port
    :param own: the :class:`OwnHosts`
    :return: ``""`` for a host that keeps its cookies alone: one that is not known as an own site,
        a computer's number or name, a registry's name
    """
    domain = host.lower().rstrip(".").removeprefix("www.")
    *others, second, top = ("", "", *domain.split("."))
    is_registry = len(top) == 2 and second in _REGISTRIES and not any(others)
    is_site = bool(second) and not is_registry and not _is_number(domain)
    return domain if is_site and domain in own.names else ""


def _is_number(host):
    try:
        return bool(ip_address(host.strip("[]")))
    except ValueError:
        return False


def _host_in(address):
    return _in_ascii(host_of(address).rstrip("."))


@lru_cache(maxsize=1024)
def _in_ascii(host):
    """The host as browsers send it, ``""`` when they would not."""
    if host.isascii():
        return host
    if len(host) > _HOST_LENGTH:  # reading more would take quadratic time
        return ""
    try:
        return idna.encode(host, uts46=True).decode()
    except UnicodeError:  # of which idna's errors are
        return ""
