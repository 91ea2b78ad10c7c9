"""Questions of the board, for its last ninety days and the ninety before."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial

from benchmarks.chart_questions import CHARTS, PERIOD, read
from benchmarks.question import Question, by_hand


def _cards(env):
    """The twelve cards; some of their numbers by code, now and before."""
    board = env["conversion.board"]
    keys = [f"kpi_{kpi.code}" for kpi in board._get_kpis() if kpi.is_shown]
    sections = read(board, keys)
    return [
        (card["code"], card["value"], card["previous"])
        for card in sections.values()
        if card["code"] in BY_HAND
    ]


def _first_look(env):
    env["conversion.board"].get_board(PERIOD)


def _first_screen(env):
    """What is seen before one scrolls: the cards, and which channels earn."""
    board = env["conversion.board"]
    answer = board.get_board(PERIOD)
    while "channel_result" in answer["pending"]:
        answer = board.get_board(PERIOD, answer["pending"])


def _whole(env):
    """All of it, as the client asks for it: the rest in two lanes at once."""
    answer = env["conversion.board"].get_board(PERIOD)
    with ThreadPoolExecutor() as threads:
        list(threads.map(partial(_read_apart, env), answer["lanes"]))


def _read_apart(env, keys):
    with closing(env.registry.cursor()) as cr:
        read(env(cr=cr)["conversion.board"], keys)


BY_HAND = ("leads", "lead_qualification_rate", "lead_conversion_rate", "open_deals")
BY_HAND += ("pipeline_value", "average_deal_size", "deals_won", "average_won_amount")
BY_HAND += ("days_to_close", "win_rate", "deals_lost", "average_lost_amount")
# Each period is a row of the dates that its numbers are made of.
CARDS = """
WITH period (is_now, first, past) AS (
         VALUES (TRUE, %(from_at)s::timestamp, %(to_at)s::timestamp),
                (FALSE, %(before_at)s::timestamp, %(from_at)s::timestamp)),
     lead AS (SELECT *, COALESCE(won_at, date_closed, create_date) AS won,
                     COALESCE(date_closed, create_date) AS lost,
                     COALESCE(date_conversion, create_date) AS opened,
                     CASE WHEN won_status = 'won' THEN COALESCE(won_at, date_closed, create_date)
                          WHEN won_status = 'lost' OR NOT active
                              THEN COALESCE(date_closed, create_date) END AS closed
                FROM crm_lead WHERE company_id IS NULL OR company_id IN %(companies)s),
     came AS (SELECT is_now, count(*) AS leads,
                     count(COALESCE(qualified_at, date_conversion)) AS qualified,
                     count(*) FILTER (WHERE won_status = 'won') AS won
                FROM period JOIN lead ON create_date >= first AND create_date < past GROUP BY 1),
     standing AS (SELECT is_now, count(*) AS deals, sum(expected_revenue) AS amount
                    FROM period JOIN lead ON opened < past AND (closed IS NULL OR closed >= past)
                   WHERE type = 'opportunity' GROUP BY 1),
     opened AS (SELECT is_now, avg(expected_revenue) AS amount
                  FROM period JOIN lead ON opened >= first AND opened < past
                 WHERE type = 'opportunity' AND expected_revenue > 0 GROUP BY 1),
     won AS (SELECT is_now, count(*) AS deals,
                    avg(expected_revenue) FILTER (WHERE expected_revenue > 0) AS amount,
                    avg(GREATEST(EXTRACT(epoch FROM won - create_date) / 86400, 0)) AS days
               FROM period JOIN lead ON won >= first AND won < past
              WHERE won_status = 'won' GROUP BY 1),
     lost AS (SELECT is_now, count(*) AS deals,
                     avg(expected_revenue) FILTER (WHERE expected_revenue > 0) AS amount
                FROM period JOIN lead ON lost >= first AND lost < past
               WHERE won_status = 'lost' AND type = 'opportunity' GROUP BY 1)
SELECT code, max(value) FILTER (WHERE is_now), max(value) FILTER (WHERE NOT is_now)
  FROM came JOIN standing USING (is_now) JOIN opened USING (is_now) JOIN won USING (is_now)
       JOIN lost USING (is_now),
       LATERAL (VALUES
           ('leads', leads), ('lead_qualification_rate', 100.0 * qualified / leads),
           ('lead_conversion_rate', 100.0 * came.won / leads), ('open_deals', standing.deals),
           ('pipeline_value', standing.amount), ('average_deal_size', opened.amount),
           ('deals_won', won.deals), ('average_won_amount', won.amount),
           ('days_to_close', won.days), ('deals_lost', lost.deals),
           ('win_rate', 100.0 * won.deals / (won.deals + lost.deals)),
           ('average_lost_amount', lost.amount)) AS number (code, value)
 GROUP BY 1
"""
BOARD = (
    Question("the board's twelve cards", _cards, by_hand(CARDS), 1.5, 1.5),
    Question("the board, its first answer", _first_look, seconds=1.5),
    Question("the board, its first screen", _first_screen, seconds=1.5),
    Question("the board, all of it", _whole, seconds=1.5),
    *CHARTS,
)
