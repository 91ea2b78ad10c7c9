"""Sites that visitors come from, found by host or by what links call them."""

from dataclasses import dataclass

from .patterns import Patterns, clean, covers

# What countries put before their own ending: google.co.uk, yahoo.co.jp, google.com.br.
_SECOND_LEVEL = frozenset(("ac", "co", "com", "edu", "go", "gob", "gov", "ne", "net", "or", "org"))


@dataclass(frozen=True, slots=True)
class Site:
    """One service on the web.

    ``name`` is the source of its visitors when their link says none, and itself an address;
    ``addresses`` are hosts and names in links, see :class:`AddressBook`; ``category`` is what
    rules ask for.
    """

    name: str
    category: str
    addresses: tuple[str, ...]


class AddressBook:
    """Finds what an address belongs to: the most exact one of several that fit.

    ========================  ================================================================
    ``bing.com``              that host, with or without ``www.`` or ``m.`` (its mobile pages)
    ``*.facebook.com``        the host and all its subdomains
    ``google.*``              the host in every country: google.com, google.nl, google.co.uk
    ``webmail.*.*``           elsewhere, ``*`` stands for anything
    ``fb``, ``facebook*``     without a dot: what links say as ``utm_source``, never a host
    ========================  ================================================================

    :param entries: pairs of an address and what it belongs to
    """

    def __init__(self, entries):
        self._exact, self._exact_countries = {}, {}
        self._below, self._below_countries = {}, {}
        self._names, self._hosts, self._country_hosts = {}, {}, {}
        for address, owner in entries:
            for table, key in self._places(clean(address)):
                table.setdefault(key, owner)
        self._name_patterns = Patterns(self._names)
        self._host_patterns = Patterns(self._hosts)
        self._country_host_patterns = Patterns(self._country_hosts)

    def _places(self, address):
        """Table and key of each way in which ``address`` can be written."""
        if "." not in address:
            return [(self._names if "*" in address else self._exact, address)]
        is_below, in_countries = address.startswith("*."), address.endswith(".*")
        host = address.removeprefix("www.").removeprefix("*.").removesuffix(".*")
        if "*" in host:
            table = self._country_hosts if in_countries else self._hosts
            return [(table, host), *([(table, f"*.{host}")] if is_below else [])]
        if is_below:
            return [(self._below_countries if in_countries else self._below, host)]
        return [(self._exact_countries if in_countries else self._exact, host)]

    def find(self, text):
        """What ``text``, a host or a source, belongs to; ``None`` when nothing fits."""
        text = clean(text)
        if text in self._exact:
            return self._exact[text]
        host = text.removeprefix("www.").removeprefix("m.")
        base = _without_country(host)
        if not base:  # no host: a name, perhaps with a version
            return self._names.get(self._name_patterns.find(text))
        if host in self._exact:
            return self._exact[host]
        if base in self._exact_countries:
            return self._exact_countries[base]
        for table, start in ((self._below, host), (self._below_countries, base)):
            for parent in _parents(start) if table else ():
                if parent in table:
                    return table[parent]
        pattern = self._host_patterns.find(host)
        if pattern is not None:
            return self._hosts[pattern]
        return self._country_hosts.get(self._country_host_patterns.find(base))


class Sites:
    """The sites that rules know by category."""

    def __init__(self, sites=()):
        self._book = AddressBook(
            (address, site) for site in sites for address in (site.name, *site.addresses)
        )

    def find(self, source):
        """The :class:`Site` of a host or source, or ``None``."""
        return self._book.find(source)


def read_addresses(text):
    """Addresses in a text, one per line or separated by commas, as they are compared.

    Of the address of a page, its host is taken; international hosts as browsers send them.
    """
    pieces = (piece.strip().lower() for piece in text.replace(",", "\n").splitlines())
    return tuple(dict.fromkeys(filter(None, map(_read_address, pieces))))


def _read_address(piece):
    host, _, _page = piece.partition("://")[2].partition("/")
    address = host or piece
    if address.isascii() or "." not in address:
        return address
    try:
        return address.encode("idna").decode()
    except UnicodeError:
        return address


def is_too_wide(address):
    """Whether an address would take in much more than one service: ``*``, ``*.com``, ``*.*``."""
    host = address.removeprefix("*.")
    named = host.removesuffix(".*").replace("*", "").strip(".")
    return not named or (address != host and "." not in host)


def short_name(address, host):
    """``google`` for ``google.*``, ``facebook.com`` for ``*.facebook.com``; ``host`` for others."""
    name = address.removeprefix("*.").removesuffix(".*")
    return host if "*" in name else name


def covers_address(address, other):
    """Whether whatever belongs to the address ``other`` surely belongs to ``address``."""
    if address == other:
        return True
    if "." not in address:
        return "." not in other and covers(address, other)
    if address.startswith("*.") and not address.endswith(".*"):
        host = address.removeprefix("*.")
        return "*" not in host and f".{other}".endswith(f".{host}")
    return False


def _parents(host):
    """``host``, then all that it is a subdomain of."""
    while host:
        yield host
        host = host.partition(".")[2]


def _without_country(host):
    """``host`` without what ``.*`` stands for: google of google.com and google.co.uk, but not of
    google.example.org; empty when it has no such end."""
    base, _, top = host.rpartition(".")
    if len(top) < 2 or not top.isalpha():
        return ""
    shorter, _, second = base.rpartition(".")
    return shorter if shorter and second in _SECOND_LEVEL else base
