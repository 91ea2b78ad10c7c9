"""Sharing an amount of money so that not a cent is lost or made."""

from calendar import monthrange
from decimal import ROUND_DOWN, Decimal


def split_evenly(amount, parts, unit):
    """Divide ``amount`` into equal parts; what cannot be divided is on the last.

    :param amount: ``Decimal``, negative too
    :param parts: number of parts, at least 1
    :param unit: smallest ``Decimal`` that is paid, such as 0.01
    :return: tuple of ``Decimal`` that sum up to ``amount`` exactly
    :raise ValueError: no part, or a unit that is none
    """
    return split_by_shares(amount, (1,) * parts, unit)


def split_by_shares(amount, shares, unit):
    """Divide ``amount`` in proportion to ``shares``; what is left over is on the last share.

    Each other part is rounded towards zero, so that none has the wrong sign.

    :param amount: ``Decimal``, negative too
    :param shares: numbers of which none is negative, and not all are zero
    :param unit: smallest ``Decimal`` that is paid, such as 0.01
    :return: tuple of ``Decimal``, one a share, that sum up to ``amount`` exactly; a share of
        zero gets zero
    :raise ValueError: shares that divide nothing, or a unit that is none
    """
    shares = [Decimal(share) for share in shares]
    total = sum(shares)
    if unit <= 0 or not total > 0 or min(shares) < 0:
        raise ValueError("shares and unit must be positive")
    parts = [_round_down(amount * share / total, unit) for share in shares]
    last = max(place for place, share in enumerate(shares) if share)
    parts[last] = amount - (sum(parts) - parts[last])
    return tuple(parts)


def _round_down(amount, unit):
    return (amount / unit).to_integral_value(ROUND_DOWN) * unit


def month_later(day, months):
    """The same day so many months later, or the last one of a month that is shorter.

    :param day: ``date``
    :param months: 0 or more
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))
