"""A large database, made by SQL in minutes: a company after three years of marketing.

For a million leads there are two million touchpoints, a million cost lines, 200,000 orders,
300,000 rows in the outbox, 5,000 campaigns. Everything is skewed as in life: few campaigns bring
most leads, few persons ask often. The same seed makes the same database, dated back from today.

What a row does not say it takes from one that Odoo itself has made, so that new columns need no
change here. Foreign keys and indexes are taken away and put back, which also checks the rows.
"""

from contextlib import contextmanager

from benchmarks import dataset_plan
from benchmarks.dataset_rows import CHANNELS, Rows

SEED = 0.2026
MANAGER, SELLER = "bench_manager", "seller_0"  # logins of who sees everything, and the own leads
MANAGER_GROUPS = ("sales_team.group_sale_manager", "conversion_tracking.group_manager")
TABLES = (
    "res_partner",
    "conversion_touchpoint",
    "crm_lead",
    "utm_campaign_cost",
    "sale_order",
    "google_ads_conversion",
)
SMALLER = (
    "utm_campaign",
    "google_ads_campaign",
    "google_ads_campaign_day",
    "conversion_credit",
)


def fill(env, leads=1_000_000):
    """Fill a database that has the add-on and nothing else, and commit.

    :param env: an Odoo environment of the superuser
    :param leads: how many; everything else is in proportion
    """
    cr = env.cr
    world = World(env, leads)
    cr.execute("SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '512MB'")
    cr.execute("SELECT setseed(%s)", [SEED])
    for table, statement in dataset_plan.TABLES.items():
        cr.execute(f"CREATE TEMP TABLE {table} AS {statement}", world.numbers)
        cr.execute(f"ANALYZE {table}")
    with _bare(cr, TABLES):
        Rows(world).write()
    cr.commit()
    _share_credit(env)
    cr._cnx.autocommit = True  # VACUUM is not possible inside of a transaction
    cr.execute(f"VACUUM (ANALYZE) {', '.join((*TABLES, *SMALLER))}")
    cr._cnx.autocommit = False
    env.invalidate_all()


def is_filled(env):
    """Whether the database was filled before."""
    return bool(env["res.users"].search_count([("login", "=", MANAGER)]))


def describe(env):
    """How many rows there are, in words."""
    counts = []
    for table in TABLES:
        env.cr.execute(f"SELECT count(*) FROM {table}")
        counts.append(f"{table} {env.cr.fetchone()[0]:,}")
    return ", ".join(counts)


class World:
    """What Odoo makes itself: records that are few, and a pattern for each table's many."""

    def __init__(self, env, leads):
        self.env, self.cr = env, env.cr
        # nobody is at the other end of its Google Ads account
        jobs = env["ir.model.data"].search(
            [("module", "=", "conversion_tracking"), ("model", "=", "ir.cron")]
        )
        env["ir.cron"].browse(jobs.mapped("res_id")).active = False
        self._create_user(MANAGER, MANAGER_GROUPS)
        self.sellers = self._create_sellers()
        self.sources = env["utm.source"].create([{"name": f"source-{n}"} for n in range(40)])
        mediums = env["utm.medium"]
        self.mediums = mediums.browse(
            mediums._fetch_or_create_utm_medium(name).id for name in CHANNELS
        )
        self.campaigns = self._create_campaigns(max(leads // 200, 10))
        self.actions = self._create_account().action_ids
        self.patterns = self._create_patterns()
        self.numbers = {
            "leads": leads,
            "persons": leads * 7 // 10,
            "partners": leads * 15 // 100,
            "orders": leads // 5,
            "costs": leads,
            "sources": len(self.sources),
            "campaigns": len(self.campaigns),
            "users": len(self.sellers),
            "company": env.company.id,
            **{
                name: record.id
                for name, record in zip(
                    ("partner", "touch", "lead", "cost", "order", "conversion"),
                    self.patterns.values(),
                    strict=True,
                )
            },
        }
        env.flush_all()

    def _create_user(self, login, groups):
        users = self.env["res.users"].with_context(no_reset_password=True)
        groups = [self.env.ref(group).id for group in groups]
        return users.create(
            {"name": login, "login": login, "group_ids": [(4, id_) for id_ in groups]}
        )

    def _create_sellers(self):
        """Twenty in four teams."""
        teams = self.env["crm.team"].create([{"name": f"Team {n}"} for n in range(4)])
        groups = ("sales_team.group_sale_salesman",)
        sellers = [self._create_user(f"seller_{n}", groups) for n in range(20)]
        self.env["crm.team.member"].create(
            [
                {"user_id": seller.id, "crm_team_id": teams[n % 4].id}
                for n, seller in enumerate(sellers)
            ]
        )
        return sellers

    def _create_campaigns(self, number):
        campaigns = self.env["utm.campaign"]
        types = [name for name, _label in campaigns._fields["campaign_type"].selection]
        return campaigns.create(
            [
                {"title": f"Campaign {n}", "campaign_type": types[n % len(types)], "budget": 1000}
                for n in range(number)
            ]
        )

    def _create_account(self):
        account = self.env["google.ads.account"].create(
            {"name": "Ads", "customer_id": "1234567890", "conversion_customer_id": "1234567890"}
        )
        for number, action in enumerate(account._create_default_actions()):
            action.google_id = str(6490000001 + number)
        account.state = "connected"
        return account

    def _create_patterns(self):
        """A row of each table, by its name; the order is that of ``TABLES``."""
        env, campaign = self.env, self.campaigns[0]
        partner = env["res.partner"].create({"name": "Pattern"})
        lead = env["crm.lead"].create({"name": "Pattern"})
        values = [
            {},
            {"occurred_at": "2026-01-01"},
            {},
            {"name": "Pattern", "campaign_id": campaign.id, "date": "2026-01-01"},
            {"partner_id": partner.id},
            {
                "action_id": self.actions[0].id,
                "event": "lead_created",
                "res_model": "crm.lead",
                "res_id": lead.id,
                "lead_id": lead.id,
                "event_time": "2026-01-01",
                "transaction_id": "pattern",
                "state": "cancelled",
            },
        ]
        made = {"res_partner": partner, "crm_lead": lead}
        return {
            table: made.get(table) or env[table.replace("_", ".")].create(vals)
            for table, vals in zip(TABLES, values, strict=True)
        }


def _share_credit(env):
    """Share all won deals over their touches, as the add-on does it: nobody has told it of them."""
    rebuild = env["conversion.credit.rebuild"]
    rebuild._request_rebuild()
    while rebuild._rebuild(limit=10_000):
        env.cr.commit()
        env.invalidate_all()
    env.cr.commit()


@contextmanager
def _bare(cr, tables):
    """Without the foreign keys and indexes of some tables, which are made again at the end."""
    cr.execute(
        """
        SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
               format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
                      pg_get_constraintdef(oid))
          FROM pg_constraint
         WHERE contype = 'f' AND conrelid = ANY(%(tables)s::regclass[])
         UNION ALL
        SELECT format('DROP INDEX %%s', indexrelid::regclass),
               -- Odoo tells by its comment whether an index is still the one that a model names
               pg_get_indexdef(indexrelid) || format('; COMMENT ON INDEX %%s IS %%L',
                   indexrelid::regclass, obj_description(indexrelid, 'pg_class'))
          FROM pg_index
         WHERE indrelid = ANY(%(tables)s::regclass[]) AND NOT indisprimary AND NOT EXISTS (
               SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
        """,
        {"tables": list(tables)},
    )
    statements = cr.fetchall()
    for drop, _make in statements:
        cr.execute(drop)
    yield
    cr.execute(f"ANALYZE {', '.join(tables)}")
    # indexes first: foreign keys are checked by joins either way
    for _drop, make in reversed(statements):
        cr.execute(make)
