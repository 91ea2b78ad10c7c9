"""What is asked of a large database, and how it is asked by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from benchmarks.dataset import MANAGER


@dataclass
class Question:
    """Two functions of an Odoo environment: ``ours``, and ``plain`` where there is something to
    compare with. Both give rows, which must agree; or ``None``, where there is nothing to compare.

    :ivar seconds, ratio: the goals; no ratio where nothing is to be compared with
    """

    name: str
    ours: Callable
    plain: Callable | None = None
    seconds: float = 1.0
    ratio: float | None = 1.3
    login: str = MANAGER


def by_hand(query):
    """Ask by SQL, which may name ``companies``, ``tz``, ``user``, and when the last twelve months
    (``year``, a day, and ``year_at``, in UTC), ninety days (``days_at``) and thirty (``month``, a
    day, and ``month_at``) begin; of a board's ninety days, today the last of them, ``from``, a day,
    ``from_at`` and ``to_at``, and ``before_at`` of those before."""

    def ask(env):
        from odoo import fields

        today = fields.Date.context_today(env.user)
        year = today - relativedelta(months=12)
        month = today - timedelta(days=30)
        values = {
            "companies": tuple(env.companies.ids),
            "tz": str(env.tz),
            "user": env.uid,
            "year": year,
            "year_at": _get_moment(env, year),
            "month": month,
            "month_at": _get_moment(env, month),
            "days_at": _get_moment(env, today - timedelta(days=90)),
            "before_at": _get_moment(env, today - timedelta(days=179)),
            "from": today - timedelta(days=89),
            "from_at": _get_moment(env, today - timedelta(days=89)),
            "to_at": _get_moment(env, today + timedelta(days=1)),
        }
        env.cr.execute(query, values)
        return env.cr.fetchall()

    return ask


def _get_moment(env, day):
    local = datetime.combine(day, time(), ZoneInfo(str(env.tz)))
    return local.astimezone(timezone.utc).replace(tzinfo=None)


def key_of(value):
    """What a group is called in SQL: the id of a record, the first day of a period."""
    return value[0] if isinstance(value, (list, tuple)) else value
