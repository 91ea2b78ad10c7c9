"""What happens in the demonstration: six months of a company that sells solar roofs.

``ways.csv`` says by which ways leads come, how many, what becomes of them, for how much; here they
get names and days. The same table makes the same story, told back from the day of installation.
Nothing of Odoo is imported: ``demonstration.py`` turns the story into records.

Columns of the table of ways, one row for each way: what its links say (campaign, source, medium,
name of the click id), the referring site, landing pages, the page of the form; which other ways
brought the person before (``organic 30``: three of ten); first and last day, in days before today;
how many leads end in each state; the usual value of a deal, and the days until it is won.

``links.csv`` says which of these ways have tagged links that were saved: the page, the content
where several lead there, a note, how many days ago it was made, and how often it was followed.
"""

import csv
import random
from bisect import bisect
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import accumulate
from pathlib import Path

SEED = 31
# Where a state stands in a way's life, from its first lead (0) to its newest (1).
STATES = {
    "won": 0.45,
    "lost": 0.4,
    "reopened": 0.5,
    "quoted": 0.75,
    "qualified": 0.8,
    "new": 1.0,
    "lead": 1.05,
}
CLOSED = ("won", "lost", "reopened")
WEEKEND = 0.3  # leads of a Sunday, to those of a Monday
GROWTH = 2.4  # leads of today, to those of half a year ago
AFTERWARDS = 0.2  # of customers who read the newsletter before they order

FIRST_NAMES = """
Anna Bram Carla Daan Elin Femke Gijs Hanna Ivo Jana Koen Lotte Maarten Nadia Olaf Petra Quinten
Rosa Sander Tess Umar Vera Wout Yara Zeger Amir Birgit Chiara Diego
"""
LAST_NAMES = """
Jansen Bakker Visser Smit Meijer Mulder Bos Vos Peters Hendriks Dekker Dijkstra Brouwer Koster
Kuipers Post Schouten Willems Verhoeven Prins Huisman Peeters Maas Verbeek Kok Jacobs Vermeer
Schipper Koning Groen Blom Haan Wolters Evers Molenaar Timmer Boer Sanders Hermans Kramer Veen
"""
# who asks, and how much more than others a deal is worth
TRADES = {
    "Bakery": 0.8,
    "Dental Practice": 0.9,
    "Farm": 1.6,
    "Garage": 1.0,
    "Hotel": 1.3,
    "Brewery": 1.1,
    "Garden Centre": 1.2,
    "Primary School": 1.1,
    "Sports Club": 0.8,
    "Print Shop": 0.9,
    "Logistics": 1.5,
    "Pharmacy": 0.7,
    "Carpentry": 0.9,
    "Dairy": 1.3,
    "Architects": 0.7,
    "Care Home": 1.3,
    "Cheese Shop": 0.6,
}
PRODUCTS = {"roof": "Solar roof", "battery": "Battery", "charger": "Charging points"}
PRODUCT_OFTEN = (6, 2, 2)
SELLERS = ("admin", "demo")


@dataclass(frozen=True)
class Way:
    """A row of the table."""

    name: str
    campaign: str
    source: str
    medium: str
    click: str
    referrer: str
    pages: tuple
    form: str
    before: dict
    first_day: int
    last_day: int
    counts: dict
    value: float
    days: float

    @property
    def leaves_touch(self):
        """Whether a visit is recorded: not of those who refused cookies."""
        return self.name != "refused"

    @property
    def is_offline(self):
        return not self.pages and self.leaves_touch


@dataclass(frozen=True)
class Link:
    """A row of the table of links."""

    way: Way
    page: str
    content: str
    note: str
    day: int
    clicks: int


@dataclass(frozen=True)
class Visit:
    """A visit by some way; ``at`` is in UTC without a time zone, as all times here."""

    way: Way
    at: datetime
    page: str
    content: str
    number: int


@dataclass
class Lead:
    """A lead and what became of it. Amounts without tax, in the company's currency."""

    way: Way
    state: str
    created: datetime
    person: str
    company: str
    product: str
    value: float
    seller: str
    visits: list = field(default_factory=list)
    qualified: datetime | None = None
    quoted: datetime | None = None
    closed: datetime | None = None
    reason: int = 0

    @property
    def title(self):
        return f"{PRODUCTS[self.product]} for {self.company}"

    @property
    def email(self):
        first, last = self.person.lower().split()
        return f"{first}.{last}@{self.company.lower().replace(' ', '-')}.example.com"


def read_ways():
    """The table of ways, by name."""
    return {row["way"]: _read_way(row) for row in _read_rows("ways")}


def read_links():
    """The table of links."""
    ways = read_ways()
    return [
        Link(
            way=ways[row["way"]],
            **{name: row[name] for name in ("page", "content", "note")},
            **{name: int(row[name]) for name in ("day", "clicks")},
        )
        for row in _read_rows("links")
    ]


def _read_rows(table):
    with (Path(__file__).parent / f"{table}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def _read_way(row):
    words = row["before"].split()
    return Way(
        name=row["way"],
        **{name: row[name] for name in ("campaign", "source", "medium", "click")},
        referrer=row["referrer"],
        pages=tuple(row["pages"].split()),
        form=row["form"],
        before={way: int(part) / 100 for way, part in zip(words[::2], words[1::2], strict=True)},
        first_day=int(row["first_day"]),
        last_day=int(row["last_day"]),
        counts={state: int(row[state]) for state in STATES},
        value=float(row["value"]),
        days=float(row["days"]),
    )


def tell(now):
    """The leads of the story, oldest first.

    :param now: the moment of telling, in UTC without a time zone: nothing happens after it
    """
    teller = Teller(now)
    leads = [lead for way in teller.ways.values() for lead in teller.tell_way(way)]
    return sorted(leads, key=lambda lead: lead.created)


class Teller:
    """Throws the dice, in the order of the table."""

    def __init__(self, now):
        self.now = now
        self.ways = read_ways()
        self.contents = defaultdict(list)
        for link in read_links():
            self.contents[link.way.name, link.page].append(link.content)
        self.dice = None
        self.people = 0
        self.visits = 0

    def tell_way(self, way):
        """Leads that come by one way, with dice of its own: another's change leaves it alone."""
        self.dice = random.Random(f"{SEED} {way.name}")
        states = [state for state, count in way.counts.items() for _one in range(count)]
        places = [STATES[state] + self.dice.uniform(-0.4, 0.4) for state in states]
        in_order = [state for _place, state in sorted(zip(places, states, strict=True))]
        days = sorted(self._choose_days(way, len(states)), reverse=True)
        leads = [self._tell_lead(way, *one) for one in zip(in_order, days, strict=True)]
        self._set_values(way, leads)
        return leads

    def _set_values(self, way, leads):
        """Give deals values with a spread; those that are won bring what the table says."""
        for lead in leads:
            lead.value *= self.dice.lognormvariate(0, 0.3)
        won = [lead.value for lead in leads if lead.state == "won"]
        usual = sum(won) / len(won) if won else 1
        for lead in leads:
            lead.value = round(lead.value * way.value / usual, -1)

    def _choose_days(self, way, count):
        """Days before today, spread evenly: chance alone would make a bad month of a good one."""
        days = range(way.last_day, way.first_day + 1)
        sums = list(accumulate(self._get_weight(day) for day in days))
        points = [(number + self.dice.random()) / count * sums[-1] for number in range(count)]
        return [days[bisect(sums, point)] for point in points]

    def _get_weight(self, day):
        """How likely a lead comes that many days ago: more and more do, few at the weekend."""
        growth = GROWTH ** (1 - day / 182)
        return growth * (WEEKEND if (self.now - timedelta(days=day)).weekday() > 4 else 1)

    def _tell_lead(self, way, state, day):
        trade, worth = self._pick(list(TRADES.items()), 5)
        last_name = self._pick(LAST_NAMES.split(), 7)
        lead = Lead(
            way=way,
            state=state,
            created=self._at_office(day),
            person=f"{self._pick(FIRST_NAMES.split(), 1)} {last_name}",
            company=f"{last_name} {trade}",
            product=self.dice.choices(list(PRODUCTS), PRODUCT_OFTEN)[0],
            value=worth,
            seller=self.dice.choice(SELLERS),
        )
        self.people += 1
        self._tell_outcome(lead, day)
        self._tell_visits(lead)
        return lead

    def _pick(self, names, step):
        return names[self.people * step % len(names)]

    def _at_office(self, day):
        """A moment of that many days ago, by day: nights are quiet."""
        seconds = self.dice.triangular(7 * 3600, 20 * 3600, 11 * 3600)
        date = (self.now - timedelta(days=day)).date()
        return datetime.combine(date, time()) + timedelta(seconds=int(seconds))

    def _tell_outcome(self, lead, age):
        """When it was qualified, quoted, and won or lost, as far as it got."""
        took = max(lead.way.days * self.dice.lognormvariate(0, 0.3), 2)
        took = min(took * (0.8 if lead.state == "lost" else 1), age - 0.5)
        # some are lost before anybody has looked closer, some before there is a quotation
        reached = self.dice.random() if lead.state == "lost" else 1
        at = lead.created
        if lead.state not in ("lead", "new") and reached > 0.35:
            at = lead.qualified = self._work(lead, took * self.dice.uniform(0.1, 0.25), at)
        if lead.state in ("quoted", "won", "reopened") or 0.7 < reached < 1:
            at = lead.quoted = self._work(lead, took * self.dice.uniform(0.35, 0.6), at)
        if lead.state in CLOSED:
            lead.closed = self._work(lead, took, at)
            lead.reason = self.dice.choices((1, 2, 3), (6, 2, 2))[0]

    def _work(self, lead, days, earliest):
        """When somebody of the company did the next thing: on a working day, in working hours."""
        at = lead.created + timedelta(days=days)
        at += timedelta(days=max(7 - at.weekday(), 0) if at.weekday() > 4 else 0)
        at = at.replace(hour=self.dice.randint(8, 16), minute=self.dice.randint(0, 59))
        return min(max(at, earliest + timedelta(hours=1)), self.now - timedelta(hours=1))

    def _tell_visits(self, lead):
        """The visits that brought the person, that made the lead, and that followed."""
        way, dice = lead.way, self.dice
        for name, part in way.before.items():
            earlier = self.ways[name]
            days = dice.uniform(1, 21)
            began = (self.now - timedelta(days=earlier.first_day)).date()
            at = lead.created - timedelta(days=days)
            if dice.random() < part and at.date() > began:
                lead.visits.append(self._visit(earlier, at))
        lead.visits.sort(key=lambda visit: visit.at)
        # a direct visit is no touch of who came by another way before
        if way.leaves_touch and (way.name != "direct" or not lead.visits):
            minutes = timedelta(minutes=dice.randint(4, 18))
            lead.visits.append(self._visit(way, lead.created - minutes))
        if lead.state == "won" and dice.random() < AFTERWARDS:
            open_for = lead.closed - lead.created
            lead.visits.append(
                self._visit(
                    self.ways["newsletter"], lead.created + open_for * dice.uniform(0.4, 0.9)
                )
            )

    def _visit(self, way, at):
        self.visits += 1
        page = self.dice.choice(way.pages) if way.pages else ""
        # over the links to this page in turn, where some were saved
        contents = self.contents[way.name, page] or [""]
        content = contents[self.visits % len(contents)]
        return Visit(way, at.replace(microsecond=0), page, content, self.visits)


def creation_of(lead):
    """The visit during which a lead was created; ``None`` where there is none."""
    return next((one for one in reversed(lead.visits) if one.at <= lead.created), None)
