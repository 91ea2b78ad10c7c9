"""What is to be in a large database, as SQL of temporary tables: see ``dataset``.

Each is made of those before it. Chance is skewed by powers of ``random()``; times are in UTC.
"""

# What is decided by chance about each lead. Times are in UTC, without a time zone. Who comes later
# has a higher number, as in any table that is written day by day.
DRAWS = """
SELECT row_number() OVER (ORDER BY created)::int AS n, *
  FROM (
        SELECT date_trunc('second', (now() AT TIME ZONE 'UTC')
                                    - interval '3 years' * power(random(), 1.2)) AS created,
               floor(%(persons)s * power(random(), 1.5))::int AS person,
               random() < 0.6 AS is_opportunity,
               random() AS fate, random() AS pace, random() AS dice,
               floor(%(campaigns)s * power(random(), 3))::int AS campaign,
               floor(%(users)s * power(random(), 1.5))::int AS seller,
               1 + floor(4 * power(random(), 1.7))::int AS touches,
               interval '5 minutes' + interval '20 days' * power(random(), 3) AS gap,
               round((500 + 20000 * power(random(), 4))::numeric, 2) AS revenue,
               CASE WHEN random() < 0.75 THEN 'granted'
                    WHEN random() < 0.4 THEN 'denied' ELSE 'unknown' END AS consent
          FROM generate_series(1, %(leads)s)
       ) AS one
"""
LEADS = """
SELECT d.*, %(lead)s + n AS id,
       CASE WHEN person < %(partners)s THEN %(partner)s + 1 + person END AS partner_id,
       CASE WHEN dice < 0.9 THEN %(company)s END AS company_id,
       q.qualified_at, w.won_at, fate > 0.72 AND w.won_at IS NULL AS is_lost
  FROM draw d,
LATERAL (SELECT CASE WHEN is_opportunity AND created + pace * interval '20 days' < now_utc
                     THEN date_trunc('second', created + pace * interval '20 days') END
                AS qualified_at, now_utc FROM (SELECT now() AT TIME ZONE 'UTC' AS now_utc) t) q,
LATERAL (SELECT CASE WHEN fate < 0.19 AND qualified_at + pace * interval '90 days' < now_utc
                     THEN date_trunc('second', qualified_at + pace * interval '90 days') END
                AS won_at) w
"""
# The visits of a lead, and the form it sent when there was more than one touchpoint.
TOUCHES = """
SELECT %(touch)s + row_number() OVER (ORDER BY p.created - (p.touches - k) * p.gap, p.n) AS id,
       p.n, p.id AS lead_id, k, k = p.touches AND k > 1 AS is_form,
       p.created - (p.touches - k) * p.gap AS occurred_at,
       floor(%(sources)s * power(random(), 2.2))::int AS source,
       CASE WHEN random() < 0.15 THEN NULL
            WHEN k >= p.touches - 1 THEN p.campaign
            ELSE floor(%(campaigns)s * power(random(), 3))::int END AS campaign
  FROM plan p, generate_series(1, p.touches) AS k
"""
POINTERS = """
SELECT p.n, p.person, p.created, own.first_id, own.creation_id, own.google_id,
       first_value(own.first_id) OVER (PARTITION BY p.person ORDER BY p.created, p.n)
           AS first_of_all
  FROM plan p
  JOIN (SELECT n, min(id) AS first_id, max(id) FILTER (WHERE NOT is_form) AS creation_id,
               max(id) FILTER (WHERE source = 0 AND NOT is_form) AS google_id
          FROM touch GROUP BY n) AS own USING (n)
"""
EVENTS = """
SELECT %(conversion)s + row_number() OVER (ORDER BY e.event_time, p.id) AS id, p.id AS lead_id,
       p.partner_id, e.event, e.event_time, p.consent, p.revenue, click.id AS click_id,
       click.occurred_at AS click_time, random() AS dice
  FROM plan p
  JOIN pointer USING (n)
  JOIN touch click ON click.id = pointer.google_id,
LATERAL (VALUES ('lead_created', p.created), ('lead_qualified', p.qualified_at),
                ('deal_won', p.won_at)) AS e (event, event_time)
 WHERE e.event_time - click.occurred_at < interval '90 days' AND p.consent = 'granted'
   AND random() < 0.97
 ORDER BY e.event_time, p.id
"""
COSTS = """
SELECT %(cost)s + row_number() OVER (ORDER BY day) AS id, *
  FROM (
        SELECT round((random() * 400)::numeric, 2) AS amount, n %% 10 = 0 AS is_planned,
               floor(%(campaigns)s * power(random(), 3))::int AS campaign,
               current_date - floor(1095 * power(random(), 1.2))::int AS day
          FROM generate_series(1, %(costs)s) AS n
       ) AS one
"""
# Half of them are those of won deals and, where these do not suffice, of other opportunities.
ORDERS = """
SELECT %(order)s + row_number() OVER (ORDER BY ordered_at) AS id, *
  FROM (
        SELECT n, deal.id AS lead_id, deal.won_at IS NOT NULL AS is_of_won,
               COALESCE(deal.partner_id, %(partner)s + 1 + floor(random() * %(partners)s)::int)
                   AS partner_id,
               COALESCE(deal.revenue, round((random() * 2000)::numeric, 2)) AS amount,
               COALESCE(deal.won_at, deal.qualified_at, date_trunc('second',
                   now() AT TIME ZONE 'UTC' - interval '3 years' * random())) AS ordered_at
          FROM generate_series(1, %(orders)s) AS n
          LEFT JOIN (SELECT row_number() OVER (ORDER BY won_at IS NULL, dice) * 2 AS n,
                            id, partner_id, won_at, revenue, qualified_at
                       FROM plan WHERE qualified_at IS NOT NULL) AS deal USING (n)
       ) AS one
"""
TABLES = {
    "draw": DRAWS,
    "plan": LEADS,
    "touch": TOUCHES,
    "pointer": POINTERS,
    "happened": EVENTS,
    "cost": COSTS,
    "ordered": ORDERS,
}
