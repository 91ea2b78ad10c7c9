"""Google's enum members in the words that Google Ads shows to people."""

_SPELLED = {
    "UNSPECIFIED": "",
    "UNKNOWN": "",
    "CONTENT": "Display network",
    "MIXED": "Several networks",
    "YOUTUBE": "YouTube",
    "GOOGLE_TV": "Google TV",
    "CONNECTED_TV": "Connected TV",
    "PERFORMANCE_MAX": "Performance Max",
    "DEMAND_GEN": "Demand Gen",
    "URL_CLICKS": "Headline",
}


def readable(member: str) -> str:
    """``SEARCH_PARTNERS`` -> ``Search partners``; empty for what Google does not tell.

    A number is a member that the installed library does not know yet: ``Unknown (99)``.
    """
    if member.isdigit():
        return f"Unknown ({member})"
    return _SPELLED.get(member, member.replace("_", " ").capitalize())


def member_name(member) -> str:
    """Name of an enum member; the number itself of one that the library does not know."""
    return getattr(member, "name", None) or str(int(member))
