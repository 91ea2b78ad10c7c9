"""The demonstration's story: told the same each time, and nothing in it is impossible."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from demo import story

NOW = datetime(2026, 11, 26, 13, 30)
# at night, on a Sunday, on the first of a year, on a leap day
MOMENTS = (NOW, datetime(2026, 11, 1, 2), datetime(2027, 1, 1), datetime(2028, 2, 29, 23, 59))


@pytest.fixture(params=MOMENTS, ids=str)
def now(request):
    return request.param


@pytest.fixture
def leads(now):
    return story.tell(now)


def test_it_is_told_the_same_each_time(now):
    assert story.tell(now) == story.tell(now)


def test_another_day_changes_dates_only():
    told = [Counter((one.way.name, one.state) for one in story.tell(now)) for now in MOMENTS]
    assert all(one == told[0] for one in told)


def test_at_another_hour_of_the_day_as_much_has_happened():
    """The demonstration is installed again, and must be the same."""
    for day in range(20):
        morning, evening = (
            [(len(lead.visits), lead.closed and lead.closed.date()) for lead in story.tell(moment)]
            for moment in (NOW.replace(day=1 + day, hour=hour) for hour in (9, 22))
        )
        assert morning == evening


def test_the_table_says_how_many_leads_end_how(leads):
    for name, way in story.read_ways().items():
        found = Counter(lead.state for lead in leads if lead.way.name == name)
        assert found == Counter(way.counts), name


def test_nothing_happens_before_its_cause_or_in_the_future(leads, now):
    for lead in leads:
        moments = [lead.created, lead.qualified, lead.quoted, lead.closed]
        moments = [moment for moment in moments if moment]
        assert moments == sorted(moments), lead
        assert moments[-1] < now, lead
        visits = [visit.at for visit in lead.visits]
        assert visits == sorted(visits), lead
        assert not visits or visits[-1] < (lead.closed or lead.created), lead


def test_nobody_comes_by_a_way_that_was_not_there_yet(leads, now):
    for lead in leads:
        for visit in lead.visits:
            assert visit.at > now - timedelta(days=visit.way.first_day + 1), visit


def test_everybody_is_somebody_else(leads):
    for name in ("email", "company", "person"):
        assert len({getattr(lead, name) for lead in leads}) == len(leads), name


def test_deals_are_won_in_ten_to_sixty_days(leads):
    took = sorted((lead.closed - lead.created).days for lead in leads if lead.state == "won")
    tenth = len(took) // 10
    assert took[tenth] >= 8
    assert took[-tenth] <= 65
    assert 20 <= took[len(took) // 2] <= 35


def test_more_and_more_leads_come_and_few_at_the_weekend(leads, now):
    ages = [(now - lead.created).days for lead in leads]
    assert sum(age < 60 for age in ages) > 1.5 * sum(120 <= age < 182 for age in ages)
    # at the fair everybody comes within three days
    others = [lead for lead in leads if lead.way.name != "fair"]
    weekend = sum(lead.created.weekday() > 4 for lead in others)
    assert weekend < len(others) / 5


def test_people_work_on_working_days(leads, now):
    done = [lead.closed for lead in leads if lead.closed]
    weekend = [at for at in done if at.weekday() > 4 and now - at > timedelta(days=3)]
    assert not weekend
