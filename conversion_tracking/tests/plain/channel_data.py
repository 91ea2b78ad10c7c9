"""The channel rules and sites that the add-on comes with, read from their files without Odoo."""

from pathlib import Path
from xml.etree import ElementTree

from attribution.channels import PAID_MEDIUMS, ChannelRule
from attribution.site_list import read_site_list
from attribution.sites import Sites, read_addresses

DATA = Path(__file__).parents[2] / "data"


def read_sites():
    with (DATA / "conversion_site.csv").open(encoding="utf-8") as lines:
        return list(read_site_list(lines))


def read_rules():
    """The rules in their order; each has its name as ``key``."""
    records = ElementTree.parse(DATA / "conversion_channel_rule.xml").iter("record")
    values = [
        {field.get("name"): field.text or field.get("eval") for field in record}
        for record in records
    ]
    return tuple(_make_rule(one) for one in sorted(values, key=lambda one: int(one["sequence"])))


def _make_rule(values):
    mediums = tuple(values.get("mediums", "").splitlines())
    return ChannelRule(
        channel=values["channel"],
        mediums=(*(PAID_MEDIUMS if "paid_medium" in values else ()), *mediums),
        sources=read_addresses(values.get("sources", "")),
        site_category=values.get("site_category", ""),
        campaigns=tuple(values.get("campaigns", "").splitlines()),
        click_ids=tuple(values.get("click_ids", "").splitlines()),
        source=values.get("default_source", ""),
        medium=values.get("default_medium", ""),
        key=values["name"],
    )


RULES, SITES = read_rules(), Sites(read_sites())
