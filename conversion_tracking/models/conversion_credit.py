from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ..attribution.credit import HALF_LIFE_DAYS, LEAD_CREATION, MODELS, split_all
from ..groups import LEAD_READERS

PENDING = "conversion_tracking.credit"  # what has changed in this transaction
CHUNK = 1000  # deals that are shared together
# Lead creation has no column: under that model the lead's own source, medium and campaign count.
SHARES = tuple(model for model in MODELS if model != LEAD_CREATION)
COLUMNS = SQL(", ").join(
    SQL.identifier(name) for name in ("lead_id", "touchpoint_id", "position", *SHARES)
)

HALF_LIFE = "conversion_tracking.half_life_days"
MIN_HALF_LIFE, MAX_HALF_LIFE = 1, 365  # days


class ConversionCredit(models.Model):
    """The share of a won deal that a touch is credited with, under each attribution model.

    One row for each deal and touch that led to it; the shares of a deal sum to one. A deal that
    no touch led to has no row. Rows are kept because a deal is won once and reported often; the
    system writes them at the end of each transaction that changes a journey, see :meth:`_note`.
    """

    _name = "conversion.credit"
    _description = "Attribution Credit"
    _inherit = ["conversion.guard.mixin"]
    _order = "id"
    _rec_name = "touchpoint_id"
    _log_access = False

    lead_id = fields.Many2one(
        "crm.lead",
        string="Deal",
        required=True,
        readonly=True,
        ondelete="cascade",
        groups=LEAD_READERS,
    )
    touchpoint_id = fields.Many2one(
        "conversion.touchpoint", required=True, readonly=True, index=True, ondelete="cascade"
    )
    occurred_at = fields.Datetime(related="touchpoint_id.occurred_at")
    channel = fields.Selection(related="touchpoint_id.channel")
    position = fields.Integer(
        readonly=True, aggregator=None, help="1 is the first touch of the deal, 2 the next."
    )
    first_touch = fields.Float(readonly=True, help="Share of one deal: all to the first touch.")
    last_touch = fields.Float(readonly=True, help="Share of one deal: all to the last touch.")
    linear = fields.Float(readonly=True, help="Share of one deal: the same to each touch.")
    position_based = fields.Float(
        readonly=True,
        help="Share of one deal: 40 % to the first touch, 40 % to the last, 20 % to the others.",
    )
    w_shaped = fields.Float(
        "W-shaped",
        readonly=True,
        help="Share of one deal: 30 % each to the first touch, to lead creation and to the last "
        "touch before the lead was qualified, 10 % to the others.",
    )
    time_decay = fields.Float(
        readonly=True,
        help="Share of one deal: the nearer to the win, the more. The half-life is a setting.",
    )

    _lead_touchpoint_uniq = models.UniqueIndex("(lead_id, touchpoint_id)")

    # ------------------------------------------------------------
    # Sharing
    # ------------------------------------------------------------

    @api.model
    def _refresh(self, leads):
        """Share the credit of these leads anew: those that are won have rows, the others none.

        Rows that are right already stay, with a fixed number of queries for a thousand leads; so
        do those of a deal of which a person was erased: who was there can no longer be found.

        :return: those of which a row has changed
        """
        changed = leads.browse()
        for lead_ids in split_every(CHUNK, leads.ids):
            kept, due = self._read_rows(lead_ids), self._make_rows(lead_ids)
            stale = [lead_id for lead_id in lead_ids if kept[lead_id] != due[lead_id]]
            settled = self._find_settled([lead_id for lead_id in stale if kept[lead_id]])
            stale = [lead_id for lead_id in stale if lead_id not in settled]
            if stale:
                self._replace_rows(stale, [row for lead_id in stale for row in due[lead_id]])
                changed += leads.browse(stale)
        return changed

    @api.model
    def _make_rows(self, lead_ids):
        """What should be kept, ``{lead_id: [values of COLUMNS, ...]}``, in order of position."""
        half_life_days = self._get_half_life()
        rows = defaultdict(list)
        for deal in self.env["conversion.deal.journey"]._find_deals(lead_ids):
            shares = split_all(
                deal.times,
                creation=deal.creation,
                qualified_at=deal.qualified_at,
                half_life_days=half_life_days,
            )
            by_touch = zip(*(shares[model] for model in SHARES), strict=True)
            pairs = zip(deal.touchpoint_ids, by_touch, strict=True)
            rows[deal.id] = [
                (deal.id, touchpoint_id, position, *of_touch)
                for position, (touchpoint_id, of_touch) in enumerate(pairs, start=1)
            ]
        return rows

    @api.model
    def _read_rows(self, lead_ids):
        """What is kept, in the same form."""
        rows = defaultdict(list)
        query = SQL(
            "SELECT %s FROM conversion_credit WHERE lead_id IN %s ORDER BY lead_id, position",
            COLUMNS,
            lead_ids,
        )
        for row in self.env.execute_query(query):
            rows[row[0]].append(row)
        return rows

    @api.model
    def _find_settled(self, lead_ids):
        """Those of these deals that have credit of an anonymous touch."""
        if not lead_ids:
            return set()
        query = SQL(
            """
            SELECT credit.lead_id
              FROM conversion_credit credit
              JOIN conversion_touchpoint touch ON touch.id = credit.touchpoint_id
             WHERE touch.is_anonymous AND credit.lead_id IN %s
            """,
            tuple(lead_ids),
        )
        return {lead_id for (lead_id,) in self.env.execute_query(query)}

    @api.model
    def _replace_rows(self, lead_ids, rows):
        self.env.cr.execute(
            SQL("DELETE FROM conversion_credit WHERE lead_id IN %s", tuple(lead_ids))
        )
        if rows:
            lists = [list(column) for column in zip(*rows, strict=True)]
            # Of two that share one deal at once, the second conflicts and is run again by Odoo.
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO conversion_credit (%s)
                         SELECT * FROM unnest(%s::int[], %s::int[], %s::int[], %s)
                    ON CONFLICT DO NOTHING
                    """,
                    COLUMNS,
                    *lists[:3],
                    SQL(", ").join(SQL("%s::float8[]", shares) for shares in lists[3:]),
                )
            )
        self.sudo().invalidate_model()

    @api.model
    def _get_half_life(self):
        """Half-life in days for time decay, as set; the default for what makes no sense."""
        text = self.env["ir.config_parameter"].sudo().get_param(HALF_LIFE) or ""
        days = int(text) if text.isdigit() else 0
        return days if MIN_HALF_LIFE <= days <= MAX_HALF_LIFE else HALF_LIFE_DAYS

    # ------------------------------------------------------------
    # Keeping it true
    # ------------------------------------------------------------

    @api.model
    def _note(self, records):
        """Share the deals that these leads, contacts or touchpoints may belong to anew.

        It is done once, at the end of the transaction, or when somebody asks for rows before: a
        merge or an import changes the same deals many times.
        """
        if not records:
            return
        precommit = self.env.cr.precommit
        if PENDING not in precommit.data:
            precommit.data[PENDING] = defaultdict(set)
            precommit.add(self.sudo()._settle)
        precommit.data[PENDING][records._name].update(records.ids)

    @api.model
    def _settle(self):
        """Do what was noted, with a fixed number of queries."""
        self.env.flush_all()
        changed = self.env.cr.precommit.data.pop(PENDING, None)
        deals = self._refresh(self._find_concerned(changed)) if changed else None
        if deals:
            # Two transactions that each add a touch to one deal do not see the other's: this
            # makes the second fail, and Odoo runs it again.
            self.env.cr.execute(
                SQL("UPDATE crm_lead SET won_at = won_at WHERE id IN %s", deals._ids)
            )

    @api.model
    def _find_concerned(self, changed):
        """The deals whose journey may have a touch more or less: rather one too many.

        Rows tell which deals had a touch; e-mail, phone and contact tell which have it now.

        :param changed: ids of what has changed, by model
        """
        leads = self._browse_all("crm.lead", changed["crm.lead"])
        touchpoints = self._browse_all("conversion.touchpoint", ()).search(
            Domain("id", "in", changed["conversion.touchpoint"])
            | Domain("lead_id", "in", leads.ids)
            | Domain("partner_id", "in", changed["res.partner"])
        )
        of_leads, of_contacts = touchpoints.lead_id, touchpoints.partner_id
        same = Domain("id", "in", of_leads.ids) | Domain("partner_id", "in", of_contacts.ids)
        persons = self.env["conversion.person"]
        known = [persons._get_identity_of(one) for one in (*of_leads, *of_contacts)]
        same |= Domain("email_normalized", "in", {one.email for one in known} - {""})
        same |= Domain("phone_sanitized", "in", {one.phone for one in known} - {""})
        # customers come back, and what they do then changes nothing of what was won before
        oldest = min(touchpoints.mapped("occurred_at"), default=fields.Datetime.now())
        same &= Domain("won_at", "=", False) | Domain("won_at", ">=", oldest)
        won = Domain("won_status", "=", "won") & (Domain("id", "in", leads.ids) | same)
        had = Domain("touchpoint_id", "in", touchpoints.ids) | Domain("lead_id", "in", leads.ids)
        return leads.search(won) | self._get_leads(had)

    @api.model
    def _get_leads(self, domain):
        """The leads that have rows, archived ones too. What was noted is noted still: to do it
        now would share the deals of a merge again with each lead that it deletes."""
        query = super(ConversionCredit, self.sudo())._search(domain)
        if query.is_empty():
            return self.env["crm.lead"]
        query.order = None
        lead_id = self._field_to_sql(self._table, "lead_id", query)
        rows = self.env.execute_query(query.select(SQL("DISTINCT %s", lead_id)))
        return self._browse_all("crm.lead", [lead_id for (lead_id,) in rows])

    @api.model
    def _browse_all(self, model, ids):
        return self.env[model].sudo().with_context(active_test=False).browse(ids)

    @api.model
    def _search(self, *args, **kwargs):
        """Also what was only noted so far is there for whoever asks."""
        self.sudo()._settle()
        return super()._search(*args, **kwargs)
