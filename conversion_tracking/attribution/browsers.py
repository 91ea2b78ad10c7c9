"""Who opens a page: a person, also in the browser of an app, or a program.

What apps call their own browsers is known here; what crawlers call themselves comes from the
package ``crawler-user-agents``, which is maintained for that. Odoo's own list takes everything
with "bot" or "instagram" in it for a program: a telephone by Cubot, the visitors of an ad.
"""

import re
from functools import cache, lru_cache

MAX_LENGTH = 1000  # characters: the longest of Facebook's apps has 600
_FIRST = 3  # letters by which words are looked up

# What the browsers inside apps have in their names; Barcelona is Threads, musical_ly is TikTok.
_APPS = (
    *("Instagram ", "Barcelona ", "FBAN/", "FBAV/", "FB_IAB/", "WhatsApp/", "[Pinterest/"),
    *("Pinterest/iOS", "Pinterest/Android", "musical_ly", "trill_", "BytedanceWebview/", "TikTok "),
    *("LinkedInApp", "Snapchat/", "Line/", "MicroMessenger/", "KAKAOTALK", "Twitter for "),
    *("TwitterAndroid", "GSA/", "Telegram-Android/", "Reddit/"),
)
# A regular expression without anything special that no backslash makes plain.
_IS_WORD = re.compile(r"(?:[^\\\[\](){}.*+?^$|]|\\\W)+")


def is_program(agent):
    """Whether ``agent`` (of the header ``User-Agent``) is a crawler or another program.

    Apps come first: whoever reads a page in one is a person, whatever a list says. An address in
    the name, as crawlers leave it for whom they bother, is the sign of a program.

    :return: ``None`` when the package with the names of crawlers is not installed
    """
    return _is_program(agent[:MAX_LENGTH])


@lru_cache(maxsize=2048)
def _is_program(agent):
    if agent.startswith("Mozilla/") and "http" not in agent and any(app in agent for app in _APPS):
        return False
    known = _read_crawlers()
    if known is None:
        return None
    words, patterns = known
    return (
        "+http" in agent
        or any(
            agent.startswith(word, at)
            for at in range(len(agent))
            for word in words.get(agent[at : at + _FIRST], ())
        )
        or bool(patterns.search(agent))
    )


@cache
def _read_crawlers():
    """The names of crawlers, as ``({first letters: words}, regular expression)``.

    Of the 1,500 patterns nearly all are plain words. As one regular expression they would be
    tried one by one at each letter, which takes longer than all the rest we do for a page.
    """
    try:
        from crawleruseragents import CRAWLER_USER_AGENTS_DATA
    except ImportError:
        return None
    words, patterns = {}, []
    for crawler in CRAWLER_USER_AGENTS_DATA:
        pattern = crawler["pattern"]
        word = re.sub(r"\\(\W)", r"\1", pattern)
        if _IS_WORD.fullmatch(pattern) and len(word) >= _FIRST:
            words.setdefault(word[:_FIRST], []).append(word)
        else:
            # a gap of any length would be looked through from each place where it may begin
            patterns.append(pattern.replace(r"[\s\S]*", r"[\s\S]{0,99}"))
    return words, re.compile("|".join(patterns))
