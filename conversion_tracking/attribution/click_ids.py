"""Click ids: which advertising platform's click it was, kept to the letter."""

import re

from .text import says_nothing

CLICK_ID_LENGTH = 512

GOOGLE, SEARCH_ADS_360 = "google", "search_ads_360"
PLATFORMS = {
    "gclid": GOOGLE,
    "gbraid": GOOGLE,
    "wbraid": GOOGLE,
    "dclid": "display_video_360",
    "msclkid": "microsoft",
    "fbclid": "meta",
    "li_fat_id": "linkedin",
    "ttclid": "tiktok",
    "twclid": "x",
    "rdt_cid": "reddit",
    "epik": "pinterest",
    "sccid": "snapchat",
}
# Search Ads 360 puts a gclid of its own on the clicks of other engines, and says so:
# https://support.google.com/searchads/answer/7342044 (aw.ds is a click of Google Ads)
NOT_OF_GOOGLE_ADS = frozenset(("ds", "3p.ds"))

# Click ids are base64url, hexadecimal or a UUID; their letters and capitals matter.
# None begins with a sign that a spreadsheet takes for a formula.
_CLICK_ID = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9_.~=-]{{0,{CLICK_ID_LENGTH - 1}}}\Z")
# What a link gets from the text around it.
_STRAY = " \t\r\n/\"'`<>()[],;:!?"
_MAX_STRAY = 20
_HINTS = {
    "gclsrc": re.compile(r"[a-z0-9][a-z0-9.]{0,19}\Z"),
    "gad_source": re.compile(r"[0-9]{1,3}\Z", re.ASCII),
    "gad_campaignid": re.compile(r"[0-9]{1,20}\Z", re.ASCII),
}


def clean_click_id(value):
    """The click id to the letter, or ``""`` when it cannot be one.

    A slash, a space or a quote that a link picked up around it is no part of it.
    """
    if len(value) > CLICK_ID_LENGTH + _MAX_STRAY:
        return ""
    value = value.lstrip(" \t\r\n\"'").rstrip(_STRAY)
    return value if _CLICK_ID.match(value) and not says_nothing(value) else ""


def clean_hint(name, value):
    """Value of one of :data:`~.touch.CLICK_HINTS`, in small letters, or ``""``."""
    value = value[: 2 * _MAX_STRAY].lower().strip(_STRAY)
    return value if _HINTS[name].match(value) else ""


def click_platform(touch):
    """Platform whose ad was clicked, ``""`` when none is known.

    ``gad_source`` and ``gad_campaignid`` stand in every address of an ad of Google
    (https://support.google.com/google-ads/answer/16193746): they tell the click also where
    its id was lost, or is withheld without consent.
    """
    for name in touch.click_ids:
        return PLATFORMS[name]
    if touch.gclsrc in NOT_OF_GOOGLE_ADS:
        return SEARCH_ADS_360
    return GOOGLE if touch.click_hints else ""
