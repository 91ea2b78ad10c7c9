"""The rules that the add-on comes with, against Google Analytics' default channel groups.

https://support.google.com/analytics/answer/9756891: each of its rows with examples that fit and
near misses, then what marketers miss there.
"""

from collections import Counter
from datetime import datetime, timezone

import pytest
from channel_data import RULES, SITES, read_sites

from attribution.channels import CLICK_PARAMETERS, describe, never_reached
from attribution.parameters import parse_request
from attribution.sites import is_too_wide, read_addresses
from attribution.touch import Touch

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)


def visit(query="", referrer=""):
    pairs = [tuple(pair.split("=", 1)) for pair in query.split("&") if pair]
    touch = parse_request(pairs, path="/", referrer=referrer, own_hosts={"example.com"}, now=NOW)
    return describe(touch or Touch(NOW), RULES, SITES)


def link(source="", medium="", campaign="", referrer=""):
    """Channel of a link with these values."""
    address = f"https://{referrer}/" if referrer else ""
    touch = Touch(NOW, source=source, medium=medium, campaign=campaign, referrer=address)
    return describe(touch, RULES, SITES)[0]


@pytest.mark.parametrize(
    ("channel", "links"),
    {
        # 1: source "(direct)" or none, and no medium
        "direct": ((), ("(direct)", "(none)"), ("(direct)", "(not set)"), ("(direct)",)),
        # 2: campaign contains "cross-network"
        "cross_network": (
            ("google", "cpc", "nl-cross-network-2"),
            ("google", "organic", "Cross-Network"),
        ),
        # 3: shopping site, or the word shop or shopping in the campaign; paid
        "paid_shopping": (
            ("ebay", "cpc"),
            ("beslist.nl", "paid"),
            ("google", "cpc", "Summer-shop"),
            ("newsite", "cpa", "windowshopping"),
            ("google", "ppc", "eshop NL"),
            ("google shopping", "cpc"),
        ),
        # 4: search site and paid
        "paid_search": (
            ("google", "cpc"),
            ("google", "cpc_brand"),
            ("bing.com", "ppc"),
            ("yahoo", "retargeting"),
            ("seznam", "paid"),
            ("google", "cpc", "workshop"),
            ("google", "cpm"),
        ),
        # 5: social network and paid
        "paid_social": (
            ("facebook", "cpm"),
            ("facebook.com", "cpc"),
            ("fb", "paid"),
            ("ig", "paid_story"),
            ("an", "paid"),
            ("msg", "paid"),
            ("th", "paid"),
            ("Facebook_Ads", "CPC"),
            ("l.instagram.com", "cpc"),
            ("linkedin", "paid-social"),
            ("x", "cpc"),
        ),
        # 6: video site and paid
        "paid_video": (("youtube", "cpv"), ("vimeo.com", "cpc"), ("twitch", "paid")),
        # 7: display, banner, expandable, interstitial, cpm
        "display": (
            ("newspaper", "display"),
            ("newspaper", "Banner"),
            ("newspaper", "expandable"),
            ("newspaper", "interstitial"),
            ("newspaper", "cpm"),
            ("google", "display"),
        ),
        # 8: any other paid medium
        "paid_other": (
            ("partner", "cpc"),
            ("newspaper", "paid-content"),
            ("portal", "retargeting"),
            ("email", "cpa"),
        ),
        # 9: shopping site, or the word in the campaign
        "organic_shopping": (
            ("amazon.de", "referral"),
            ("etsy",),
            ("newsletter", "email", "shop-news"),
            ("blog", "", "Shopping"),
        ),
        # 10: social network or social medium
        "organic_social": (
            ("facebook",),
            ("pinterest.de", "referral"),
            ("blog", "social"),
            ("blog", "social network"),
            ("blog", "sm"),
            ("blog", "social-media"),
        ),
        # 11: video site or a medium with "video"
        "organic_video": (("youtube", "social-post"), ("blog", "myvideo"), ("vimeo.com",)),
        # 12: search site or organic
        "organic_search": (("google", "organic"), ("duckduckgo",), ("gmb", "organic")),
        # 13: referral, app, link
        "referral": (("blog", "referral"), ("blog", "app"), ("blog", "LINK")),
        # 14: e-mail as source or medium
        "email": (
            ("spring", "email"),
            ("spring", "e-mail"),
            ("spring", "e_mail"),
            ("spring", "e mail"),
            ("e-mail",),
        ),
        # 15, 16, 17
        "affiliates": (("partner", "affiliate"), ("awin", "")),
        "audio": (("radio", "audio"), ("show", "podcast")),
        "sms": (("spring", "sms"), ("sms", "message")),
        # 18: medium ends with push, contains mobile or notification; source firebase
        "mobile_push": (
            ("app1", "web-push"),
            ("app1", "in-mobile-app"),
            ("app1", "notifications"),
            ("firebase", "cloud"),
        ),
        "other": (
            ("spring", "qr"),
            ("partner",),
            ("spring", "pushed"),
            ("spring", "broadcast"),
            ("x-files", "ticket"),
        ),
    }.items(),
)
def test_each_row_of_the_definition(channel, links):
    assert {one: link(*one) for one in links} == dict.fromkeys(links, channel)


@pytest.mark.parametrize(
    ("near_miss", "channel"),
    [
        (("(direct)", "email"), "email"),
        (("google", "cpc", "crossnetwork"), "paid_search"),
        (("google", "cpc", "workshop 2026"), "paid_search"),
        (("google", "cpc", "photoshop"), "paid_search"),
        (("google.evil.example", "cpc"), "paid_other"),
        (("mail.google.com", "cpc"), "paid_other"),
        (("facebook.example", "cpm"), "display"),
        (("mytube.example", "cpc"), "paid_other"),
        (("newspaper", "displays"), "other"),
        (("newspaper", "unpaid"), "other"),
        (("newspaper", "retargeting-1"), "other"),
        (("blog", "", "bishop"), "other"),
        (("blog", "socialite"), "other"),
        (("blog", "vdeo"), "other"),
        (("blog", "organics"), "other"),
        (("blog", "apps"), "other"),
        (("blog", "emails"), "other"),
        (("blog", "unaffiliated"), "other"),
        (("blog", "audios"), "other"),
        (("blog", "smsx"), "other"),
        (("blog", "pushy"), "other"),
    ],
)
def test_near_misses(near_miss, channel):
    assert link(*near_miss) == channel


@pytest.mark.parametrize(
    ("referrer", "described"),
    [
        # search engines, in their countries and apps, and what else their hosts serve
        ("https://www.google.com/", ("organic_search", "google", "organic")),
        ("https://www.google.co.uk/", ("organic_search", "google", "organic")),
        ("https://uk.search.yahoo.com/", ("organic_search", "yahoo", "organic")),
        ("https://cn.bing.com/search", ("organic_search", "bing", "organic")),
        ("https://search.brave.com/", ("organic_search", "brave", "organic")),
        ("https://kagi.com/", ("organic_search", "kagi", "organic")),
        (
            "android-app://com.google.android.googlequicksearchbox/",
            ("organic_search", "google", "organic"),
        ),
        ("https://docs.google.com/", ("referral", "docs.google.com", "referral")),
        ("https://ads.google.com/", ("referral", "ads.google.com", "referral")),
        ("https://finance.yahoo.com/", ("referral", "finance.yahoo.com", "referral")),
        ("https://google.evil.example/", ("referral", "google.evil.example", "referral")),
        (
            "https://www.google.com.evil.example/",
            ("referral", "google.com.evil.example", "referral"),
        ),
        ("https://notfacebook.com/", ("referral", "notfacebook.com", "referral")),
        ("https://acs.org.au/", ("referral", "acs.org.au", "referral")),
        # networks, video and shops
        ("https://l.facebook.com/", ("organic_social", "facebook", "social")),
        ("android-app://com.linkedin.android/", ("organic_social", "linkedin", "social")),
        ("https://t.co/abc", ("organic_social", "x", "social")),
        ("https://nl.pinterest.com/", ("organic_social", "pinterest", "social")),
        ("https://m.youtube.com/", ("organic_video", "youtube", "video")),
        ("https://www.amazon.co.uk/", ("organic_shopping", "amazon", "referral")),
        ("https://www.marktplaats.nl/", ("organic_shopping", "marktplaats", "referral")),
        # assistants
        ("https://chatgpt.com/", ("ai_assistant", "chatgpt.com", "ai")),
        ("https://gemini.google.com/", ("ai_assistant", "gemini", "ai")),
        ("https://www.perplexity.ai/", ("ai_assistant", "perplexity", "ai")),
        ("https://copilot.microsoft.com/", ("ai_assistant", "copilot", "ai")),
        ("https://claude.ai/", ("ai_assistant", "claude.ai", "ai")),
        # mail
        ("https://mail.google.com/", ("email", "gmail", "email")),
        ("https://mail.yahoo.com/", ("email", "yahoo-mail", "email")),
        ("https://webmail.provider.example/", ("email", "webmail", "email")),
        ("android-app://com.google.android.gm/", ("email", "gmail", "email")),
        # advertising
        ("https://googleads.g.doubleclick.net/", ("display", "doubleclick", "display")),
        ("https://tpc.googlesyndication.com/", ("display", "google-display", "display")),
        ("https://www.taboola.com/", ("display", "taboola", "display")),
        ("https://www.awin1.com/", ("affiliates", "awin1.com", "affiliate")),
        # others
        ("https://partner.example/page", ("referral", "partner.example", "referral")),
    ],
)
def test_where_a_visitor_without_tags_comes_from(referrer, described):
    assert visit("", referrer) == described


@pytest.mark.parametrize(
    "host",
    [
        *("www.paypal.com", "checkout.stripe.com", "pay.mollie.com", "live.adyen.com"),
        *("centinelapi.cardinalcommerce.com", "secure5.arcot.com", "acs.bank.example"),
        *(
            "acs1.3dsecure.no",
            "eu.3dsecure.com",
            "www.3dsecure.bank.example",
            "secure2gw.wlp-acs.com",
        ),
        *("accounts.google.com", "login.microsoftonline.com", "login.live.com"),
        *("appleid.apple.com", "company.okta.com", "tenant.eu.auth0.com", "sso.company.example"),
    ],
)
def test_pages_that_a_visitor_passes_through_refer_nobody(host):
    assert visit("", f"https://{host}/")[0] == "ignored"
    # ... but a link on them counts by what it says
    assert visit("utm_source=facebook&utm_medium=cpc", f"https://{host}/")[0] == "paid_social"
    assert visit("gclid=AbC", f"https://{host}/")[0] == "paid_search"


@pytest.mark.parametrize(
    ("click", "described"),
    [
        ({"gclid": "a"}, ("paid_search", "google", "cpc")),
        ({"gbraid": "a"}, ("paid_search", "google", "cpc")),
        ({"wbraid": "a"}, ("paid_search", "google", "cpc")),
        ({"gad_source": "1"}, ("paid_search", "google", "cpc")),
        ({"gad_campaignid": "123"}, ("paid_search", "google", "cpc")),
        ({"msclkid": "a"}, ("paid_search", "bing", "cpc")),
        ({"li_fat_id": "a"}, ("paid_social", "linkedin", "cpc")),
        ({"ttclid": "a"}, ("paid_social", "tiktok", "cpc")),
        ({"twclid": "a"}, ("paid_social", "x", "cpc")),
        ({"rdt_cid": "a"}, ("paid_social", "reddit", "cpc")),
        ({"epik": "a"}, ("paid_social", "pinterest", "cpc")),
        ({"sccid": "a"}, ("paid_social", "snapchat", "cpc")),
        ({"dclid": "a"}, ("display", "doubleclick", "cpm")),
        ({"fbclid": "a"}, ("organic_social", "facebook", "social")),
        ({"fbclid": "a", "medium": "cpc"}, ("paid_social", "", "cpc")),
        ({"fbclid": "a", "source": "shop", "medium": "email"}, ("email", "shop", "email")),
        (
            {"fbclid": "a", "referrer": "https://l.instagram.com/"},
            ("organic_social", "instagram", "social"),
        ),
        ({"gclid": "a", "fbclid": "b"}, ("paid_search", "google", "cpc")),
        # the click is Google's, whatever page it was on ...
        ({"gclid": "a", "referrer": "https://www.google.nl/"}, ("paid_search", "google", "cpc")),
        ({"gclid": "a", "referrer": "https://news.example/"}, ("paid_search", "google", "cpc")),
        ({"gclid": "a", "source": "spring"}, ("paid_search", "spring", "")),
        ({"gclid": "a", "source": "google", "medium": "organic"},
         ("paid_search", "google", "organic")),
        # ... unless medium or campaign say which kind of campaign it was
        ({"gclid": "a", "medium": "display"}, ("display", "", "display")),
        ({"gclid": "a", "medium": "video"}, ("paid_video", "", "video")),
        ({"gclid": "a", "campaign": "NL cross-network"}, ("cross_network", "google", "cpc")),
        ({"gclid": "a", "campaign": "Performance Max - NL"}, ("cross_network", "google", "cpc")),
        ({"gclid": "a", "campaign": "NL|Shopping|All"}, ("paid_shopping", "google", "cpc")),
        ({"gclid": "a", "campaign": "YouTube - reach"}, ("paid_video", "google", "cpc")),
        ({"gclid": "a", "campaign": "Display retargeting"}, ("display", "google", "cpc")),
        ({"gclid": "a", "source": "youtube", "medium": "cpc"}, ("paid_video", "youtube", "cpc")),
    ],
)  # fmt: skip
def test_a_click_id_tells_the_advertisement(click, described):
    assert describe(Touch(NOW, **click), RULES, SITES) == described


@pytest.mark.parametrize(
    ("values", "channel"),
    [
        (("newnetwork", "paid_social"), "paid_social"),
        (("newnetwork", "social-cpc"), "paid_social"),
        (("newengine", "paidsearch"), "paid_search"),
        (("newsite", "paid-video"), "paid_video"),
        (("taboola", "cpc"), "display"),
        (("criteo", "retargeting"), "display"),
        (("linkedin", "sponsored-content"), "paid_social"),
        (("chatgpt.com",), "ai_assistant"),
        (("chatgpt.com", "referral"), "ai_assistant"),
        (("chatgpt.com", "cpc"), "paid_other"),
        (("newsletter-may",), "email"),
        (("spring", "newsletter"), "email"),
    ],
)
def test_what_marketers_miss_there(values, channel):
    assert link(*values) == channel


def test_a_link_knows_better_than_the_page_it_is_on():
    assert link("partner", "", referrer="www.google.com") == "other"
    assert link("spring", "email", referrer="l.facebook.com") == "email"
    assert link("", "cpc", referrer="l.facebook.com") == "paid_social"
    assert link("", "", "spring", referrer="www.google.com") == "organic_search"


def test_every_rule_is_reached():
    taken = {rule.key: above.key for rule, above in never_reached(RULES, SITES).items()}
    assert taken == {}


def test_rules_name_parameters_that_a_touch_has():
    touch = Touch(NOW)
    names = {name for rule in RULES for name in rule.click_ids}
    assert names == set(CLICK_PARAMETERS)
    assert all(getattr(touch, name) == "" for name in names)


def test_every_address_of_the_list_belongs_to_one_site():
    sites = read_sites()
    addresses = Counter(one for site in sites for one in {site.name, *site.addresses})
    assert [one for one, count in addresses.items() if count > 1] == []
    assert [one for one in addresses if is_too_wide(one)] == []
    assert [one for one in addresses if read_addresses(one) != (one,)] == []


def test_the_list_knows_each_of_its_sites():
    for site in read_sites():
        for address in (site.name, *site.addresses):
            written = address.replace("*.", "sub.", 1) if address.startswith("*.") else address
            written = written.removesuffix(".*") + (".nl" if address.endswith(".*") else "")
            if "*" not in written:
                assert SITES.find(written) == site, address
