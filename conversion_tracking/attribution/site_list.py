"""The list of sites that the add-on comes with."""

import csv

from .sites import Site, read_addresses


def read_site_list(lines):
    """Sites in the lines of ``data/conversion_site.csv``: category, name and addresses.

    A site is also known by its name.
    """
    for row in csv.DictReader(lines, delimiter=";"):
        yield Site(row["name"], row["category"], read_addresses(row["addresses"]))
