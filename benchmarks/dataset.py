"""A large database, made by SQL in minutes: a company after three years of marketing.

For a million leads there are two million touchpoints, a million cost lines, 200,000 orders,
300,000 rows in the outbox, 5,000 campaigns. Everything is skewed as in life: few campaigns bring
most leads, few persons ask often. The same seed makes the same database, dated back from today.

What a row does not say it takes from one that Odoo itself has made, so that new columns need no
change here. Foreign keys and indexes are taken away and put back, which also checks the rows.
"""

from contextlib import contextmanager

from benchmarks import dataset_plan

SEED = 0.2026
MANAGER, SELLER = "bench_manager", "seller_0"  # logins of who sees everything, and the own leads
MANAGER_GROUPS = ("sales_team.group_sale_manager", "conversion_tracking.group_manager")
CHANNELS = {  # medium: channel
    "cpc": "paid_search",
    "organic": "organic_search",
    "paid_social": "paid_social",
    "email": "email",
    "social": "organic_social",
    "referral": "referral",
    "display": "display",
    "assistant": "ai_assistant",
    "affiliate": "other",
    "video": "display",
    "newsletter": "email",
    "print": "offline",
}
TABLES = (
    "res_partner",
    "conversion_touchpoint",
    "crm_lead",
    "utm_campaign_cost",
    "sale_order",
    "google_ads_conversion",
)


def fill(env, leads=1_000_000):
    """Fill a database that has the add-on and nothing else, and commit.

    :param env: an Odoo environment of the superuser
    :param leads: how many; everything else is in proportion
    """
    cr = env.cr
    world = _World(env, leads)
    cr.execute("SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '512MB'")
    cr.execute("SELECT setseed(%s)", [SEED])
    for table, statement in dataset_plan.TABLES.items():
        cr.execute(f"CREATE TEMP TABLE {table} AS {statement}", world.numbers)
        cr.execute(f"ANALYZE {table}")
    with _bare(cr, TABLES):
        world.write()
    cr.commit()
    cr._cnx.autocommit = True  # VACUUM is not possible inside of a transaction
    cr.execute(f"VACUUM (ANALYZE) {', '.join(TABLES)}, utm_campaign")
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


class _World:
    """What Odoo makes itself, and the rows that are made after its patterns."""

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

    # ------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------

    def write(self):
        """Write the rows of all tables, as planned in the temporary ones."""
        self._insert_partners()
        self._insert_touchpoints()
        self._insert_leads()
        self._insert_costs()
        self._insert_orders()
        self._insert_conversions()

    def _insert_partners(self):
        numbers = self.numbers
        self._insert(
            "res_partner",
            f"generate_series(0, {numbers['partners'] - 1}) AS person "
            "LEFT JOIN (SELECT DISTINCT ON (person) * FROM pointer ORDER BY person, created, n)"
            " AS first USING (person)",
            id=f"{numbers['partner']} + 1 + person",
            name="'Person ' || person",
            complete_name="'Person ' || person",
            email="'person' || person || '@example.com'",
            email_normalized="'person' || person || '@example.com'",
            commercial_partner_id=f"{numbers['partner']} + 1 + person",
            first_touch_id="first.first_id",
            lead_creation_touch_id="first.creation_id",
            google_touch_id="first.google_id",
        )

    def _insert_touchpoints(self):
        channels = "', '".join(CHANNELS.values())
        self._insert(
            "conversion_touchpoint",
            "touch JOIN plan USING (n)",
            id="touch.id",
            kind="CASE WHEN is_form THEN 'conversion' ELSE 'visit' END",
            occurred_at="touch.occurred_at",
            create_date="plan.created",
            lead_id="touch.lead_id",
            partner_id="plan.partner_id",
            company_id="plan.company_id",
            channel=f"(ARRAY['{channels}'])[1 + touch.source % {len(CHANNELS)}]",
            source_id=self._pick(self.sources, "touch.source"),
            medium_id=self._pick(self.mediums, f"touch.source % {len(CHANNELS)}"),
            campaign_id=self._pick(self.campaigns, "touch.campaign"),
            landing_page="'/landing/' || touch.id % 500",
            page="CASE WHEN is_form THEN '/contactus' END",
            form="CASE WHEN is_form THEN 'Lead/Opportunity' END",
            click_platform="(ARRAY['google', 'microsoft', 'meta', 'linkedin'])[1 + touch.source]",
            gclid="CASE WHEN touch.source = 0 AND NOT is_form THEN 'Cj0KCQ-' || md5(touch.id::text)"
            " END",
            click_info="CASE WHEN touch.source = 0 AND NOT is_form THEN 'expired' END",
            consent="plan.consent",
        )

    def _insert_leads(self):
        stages = self.env["crm.stage"].search([], order="is_won, sequence, id")
        status = "CASE WHEN won_at IS NOT NULL THEN {} WHEN is_lost THEN {} ELSE {} END".format
        self._insert(
            "crm_lead",
            "plan p JOIN pointer USING (n) JOIN touch creation ON creation.id = creation_id "
            "LEFT JOIN (SELECT lead_id, max(id) AS id FROM happened GROUP BY lead_id) AS reported"
            " ON reported.lead_id = p.id",
            id="p.id",
            name="'Question ' || p.n",
            type="CASE WHEN is_opportunity THEN 'opportunity' ELSE 'lead' END",
            active="NOT is_lost AND p.fate < 0.995",
            create_date="p.created",
            write_date="COALESCE(won_at, p.created)",
            date_open="p.created",
            date_conversion="qualified_at",
            qualified_at="qualified_at",
            date_last_stage_update="COALESCE(won_at, qualified_at, p.created)",
            won_at="won_at",
            date_closed="COALESCE(won_at, CASE WHEN is_lost THEN p.created END)",
            won_status=status("'won'", "'lost'", "'pending'"),
            probability=status("100", "0", "round((pace * 90)::numeric, 2)"),
            stage_id=f"CASE WHEN won_at IS NOT NULL THEN {stages[-1].id} ELSE "
            + self._pick(stages, f"floor(pace * {len(stages) - 1})")
            + " END",
            expected_revenue="revenue",
            prorated_revenue=status("revenue", "0", "revenue / 2"),
            company_id="p.company_id",
            user_id=self._pick(self.sellers, "seller"),
            team_id=self._pick([one.sale_team_id for one in self.sellers], "seller"),
            partner_id="p.partner_id",
            contact_name="'Person ' || p.person",
            email_from="'person' || p.person || '@example.com'",
            email_normalized="'person' || p.person || '@example.com'",
            source_id=self._pick(self.sources, "creation.source"),
            medium_id=self._pick(self.mediums, f"creation.source % {len(CHANNELS)}"),
            campaign_id=self._pick(self.campaigns, "creation.campaign"),
            consent="p.consent",
            first_touch_id="first_of_all",
            lead_creation_touch_id="creation_id",
            google_touch_id="google_id",
            google_conversion_id="reported.id",
        )

    def _insert_costs(self):
        planned = "CASE WHEN cost.is_planned THEN cost.amount END"
        self._insert(
            "utm_campaign_cost",
            "cost",
            id="cost.id",
            name="'Clicks of a day'",
            campaign_id=self._pick(self.campaigns, "cost.campaign"),
            date="cost.day",
            planned_amount=planned,
            planned_company_amount=planned,
            actual_amount="cost.amount",
            actual_company_amount="cost.amount",
            external_key="'bench-' || cost.id",
            source="'google_ads'",
        )

    def _insert_orders(self):
        self._insert(
            "sale_order",
            "ordered",
            id="ordered.id",
            name="'S' || ordered.n",
            state="CASE WHEN is_of_won AND n % 20 > 0 THEN 'sale' WHEN n % 4 = 0 THEN 'cancel'"
            " WHEN n % 4 = 2 THEN 'sent' ELSE 'sale' END",
            opportunity_id="ordered.lead_id",
            partner_id="ordered.partner_id",
            partner_invoice_id="ordered.partner_id",
            partner_shipping_id="ordered.partner_id",
            date_order="ordered.ordered_at",
            create_date="ordered.ordered_at",
            amount_untaxed="ordered.amount",
            amount_total="ordered.amount",
        )

    def _insert_conversions(self):
        actions = {action.event: action.id for action in self.actions}
        action = " ".join(f"WHEN '{event}' THEN {number}" for event, number in actions.items())
        self._insert(
            "google_ads_conversion",
            "happened",
            id="happened.id",
            action_id=f"CASE happened.event {action} END",
            event="happened.event",
            res_id="happened.lead_id",
            lead_id="happened.lead_id",
            partner_id="happened.partner_id",
            event_time="happened.event_time",
            create_date="happened.event_time",
            value="CASE WHEN happened.event = 'deal_won' THEN happened.revenue END",
            currency_id="CASE WHEN happened.event = 'deal_won' THEN"
            f" {self.env.company.currency_id.id} END",
            transaction_id="'odoo-bench-lead-' || happened.lead_id || '-' || happened.event",
            click_time="happened.click_time",
            gclid="'Cj0KCQ-' || md5(happened.click_id::text)",
            form_key="CASE WHEN happened.event = 'lead_created' THEN 'crm.lead /contactus' END",
            consent="happened.consent",
            state="CASE WHEN happened.dice < 0.93 THEN 'success' WHEN happened.dice < 0.95"
            " THEN 'failed' WHEN happened.dice < 0.97 THEN 'held' WHEN happened.dice < 0.98"
            " THEN 'unclear' WHEN happened.dice < 0.99 THEN 'cancelled' ELSE 'sent' END",
            sent_at="happened.event_time + interval '1 day'",
        )

    def _insert(self, table, source, /, **columns):
        """Insert a row for each of ``source``; what is not given is that of the pattern.

        :param columns: SQL of their values
        """
        pattern = self.patterns[table]
        self.cr.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = ''",
            [table],
        )
        of_pattern = {name: f'pattern."{name}"' for (name,) in self.cr.fetchall()}
        values = of_pattern | {name: f'given."{name}"' for name in columns}
        given = ", ".join(f'{value} AS "{name}"' for name, value in columns.items())
        names = ", ".join(f'"{name}"' for name in values)
        self.cr.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(values.values())}"
            f" FROM {table} AS pattern, (SELECT {given} FROM {source}) AS given"
            f" WHERE pattern.id = {pattern.id}"
        )
        self.cr.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
        )

    def _pick(self, records, number):
        """SQL of the id of the record of that number, from 0."""
        ids = ", ".join(str(record.id) for record in records)
        return f"(ARRAY[{ids}])[1 + ({number})::int]"


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
        SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
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
