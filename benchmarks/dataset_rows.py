"""The rows of a large database, made of what is planned in ``dataset_plan``: see ``dataset``."""

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


class Rows:
    """Writes the rows of each table after a pattern, a row that Odoo itself has made.

    :param world: a ``dataset.World``: what Odoo made, and where the ids begin
    """

    def __init__(self, world):
        self.world = world

    def write(self):
        """Write the rows of all tables, as planned in the temporary ones."""
        self._insert_partners()
        self._insert_touchpoints()
        self._insert_leads()
        self._insert_costs()
        self._insert_google_days()
        self._insert_orders()
        self._insert_conversions()

    def _insert_partners(self):
        numbers = self.world.numbers
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
            channel=self._get_channel("touch"),
            source_id=self._pick(self.world.sources, "touch.source"),
            medium_id=self._pick(self.world.mediums, f"touch.source % {len(CHANNELS)}"),
            campaign_id=self._pick(self.world.campaigns, "touch.campaign"),
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
        stages = self.world.env["crm.stage"].search([], order="is_won, sequence, id")
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
            user_id=self._pick(self.world.sellers, "seller"),
            team_id=self._pick([one.sale_team_id for one in self.world.sellers], "seller"),
            partner_id="p.partner_id",
            contact_name="'Person ' || p.person",
            email_from="'person' || p.person || '@example.com'",
            email_normalized="'person' || p.person || '@example.com'",
            source_id=self._pick(self.world.sources, "creation.source"),
            medium_id=self._pick(self.world.mediums, f"creation.source % {len(CHANNELS)}"),
            campaign_id=self._pick(self.world.campaigns, "creation.campaign"),
            consent="p.consent",
            first_touch_id="first_of_all",
            lead_creation_touch_id="creation_id",
            lead_creation_channel=self._get_channel("creation"),
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
            campaign_id=self._pick(self.world.campaigns, "cost.campaign"),
            date="cost.day",
            planned_amount=planned,
            planned_company_amount=planned,
            actual_amount="cost.amount",
            actual_company_amount="cost.amount",
            external_key="'bench-' || cost.id",
            source="'google_ads'",
        )

    def _insert_google_days(self):
        """What Google says of each campaign, on the days on which it cost anything."""
        account = self.world.actions.account_id
        values = {
            "account": account.id,
            "company": account.company_id.id,
            "currency": account.company_id.currency_id.id,
        }
        self.world.cr.execute(
            """
            INSERT INTO google_ads_campaign (account_id, company_id, google_id, name, campaign_id)
            SELECT %(account)s, %(company)s, 'bench-' || id, 'Campaign ' || id, id
              FROM utm_campaign
             WHERE id IN (SELECT campaign_id FROM utm_campaign_cost)
            """,
            values,
        )
        self.world.cr.execute(
            """
            INSERT INTO google_ads_campaign_day (google_campaign_id, campaign_id, account_id,
                   company_id, currency_id, day, cost, clicks, conversions, conversions_value)
            SELECT google.id, cost.campaign_id, %(account)s, %(company)s, %(currency)s, cost.date,
                   sum(actual_amount), 5 * count(*), count(*), 100 * count(*)
              FROM utm_campaign_cost cost
              JOIN google_ads_campaign google USING (campaign_id)
             WHERE cost.actual_amount > 0
             GROUP BY google.id, cost.campaign_id, cost.date
            """,
            values,
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
        actions = {action.event: action.id for action in self.world.actions}
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
            f" {self.world.env.company.currency_id.id} END",
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
        pattern = self.world.patterns[table]
        self.world.cr.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = ''",
            [table],
        )
        of_pattern = {name: f'pattern."{name}"' for (name,) in self.world.cr.fetchall()}
        values = of_pattern | {name: f'given."{name}"' for name in columns}
        given = ", ".join(f'{value} AS "{name}"' for name, value in columns.items())
        names = ", ".join(f'"{name}"' for name in values)
        self.world.cr.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(values.values())}"
            f" FROM {table} AS pattern, (SELECT {given} FROM {source}) AS given"
            f" WHERE pattern.id = {pattern.id} ORDER BY given.id"
        )
        self.world.cr.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
        )

    def _get_channel(self, touch):
        """SQL of the channel of a row of the plan's touches, as its medium has it."""
        channels = list(CHANNELS.values())
        return f"(ARRAY{channels})[1 + {touch}.source % {len(channels)}]"

    def _pick(self, records, number):
        """SQL of the id of the record of that number, from 0."""
        ids = ", ".join(str(record.id) for record in records)
        return f"(ARRAY[{ids}])[1 + ({number})::int]"
