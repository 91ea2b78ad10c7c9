from odoo import api, fields, models
from odoo.tools import SQL

from ..google_ads.catalogue import IOS_CLICK_CODES, WRONG_ACCOUNT_CODES
from ..models.google_ads_conversion import STATES
from ..models.google_ads_conversion_action import EVENTS
from ..models.google_ads_conversion_events import CLICK_LIFETIME, SAME_MOMENT
from ..models.google_ads_conversion_queue import CLICK_SETTLED

# Why an event is not uploaded; the first that applies is given.
REASONS = [
    ("no_consent", "No consent"),
    ("no_click_id", "No click id"),
    ("other_platform", "Click of another platform"),
    ("event_before_click", "Before the click"),
    ("click_too_old", "Click over 90 days ago"),
    ("ios_click", "iOS click on an action that counts one"),
    ("not_configured", "Not configured"),
    ("too_recent", "Too recent (waiting)"),
    ("wrong_account", "Click of another Google Ads account"),
    ("counted_once", "Form counted already for this click"),
    ("missing", "Missing in the outbox"),
]
OUTCOMES = [
    ("delivered", "Delivered"),
    ("under_way", "Under way"),
    ("attention", "Needs attention"),
    ("left_out", "Not uploaded"),
]


class GoogleAdsCoverage(models.Model):
    """Every event that could be reported to Google Ads, each once: uploaded, or why not.

    Events are leads created, qualified and won (archived and lost leads, too), leads that reached
    a stage which is counted, and contacts made by a form. The rules are those of
    ``google.ads.conversion._get_obstacle``.
    """

    _name = "google.ads.coverage"
    _description = "Google Ads Coverage"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "event"

    event = fields.Selection(EVENTS, readonly=True)
    date = fields.Datetime(readonly=True)
    status = fields.Selection(
        [*REASONS, *STATES],
        readonly=True,
        help="The one reason why it cannot be uploaded, or what became of it in the outbox.",
    )
    outcome = fields.Selection(OUTCOMES, readonly=True)
    lead_id = fields.Many2one("crm.lead", readonly=True)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)
    conversion_id = fields.Many2one("google.ads.conversion", readonly=True)
    action_id = fields.Many2one("google.ads.conversion.action", "Conversion action", readonly=True)
    account_id = fields.Many2one("google.ads.account", "Google Ads account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales team", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)

    def action_open_record(self):
        """Open the lead or contact of this event."""
        self.ensure_one()
        record = self.lead_id or self.partner_id
        return record.get_formview_action()

    # ------------------------------------------------------------
    # The query
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL(
            """
            WITH account AS (%(accounts)s), stage AS (%(stages)s), event AS (%(events)s),
            reported AS (%(reported)s),
            line AS (
                SELECT e.id, e.event, e.date, e.lead_id, e.partner_id, e.user_id, e.team_id,
                       e.company_id, e.campaign_id, e.source_id,
                       o.id AS conversion_id,
                       COALESCE(o.account_id, acc.id) AS account_id,
                       COALESCE(o.action_id, act.id) AS action_id,
                       %(status)s AS status
                  FROM event e
             LEFT JOIN conversion_touchpoint click ON click.id = e.google_click_id
             LEFT JOIN conversion_touchpoint creation ON creation.id = e.lead_creation_touch_id
             LEFT JOIN account acc ON acc.company_id = COALESCE(e.company_id, %(company)s)
             LEFT JOIN google_ads_conversion_action act
                    ON act.account_id = acc.id AND act.event = e.event AND act.active
                   AND act.stage_id IS NOT DISTINCT FROM e.stage_id
             LEFT JOIN reported o
                    ON o.event = e.event AND o.record = e.record
                   AND o.stage_id IS NOT DISTINCT FROM e.stage_id
            )
            SELECT line.*, %(outcome)s AS outcome FROM line
            """,
            events=self._get_events(),
            accounts=self._get_accounts(),
            stages=self._get_stages(),
            reported=self._get_reported(),
            company=self.env.company.id,
            status=self._get_status(),
            outcome=self._get_outcome(),
        )

    @api.model
    def _get_accounts(self):
        """The account that a company's events go to, as ``google.ads.account._find_for``."""
        return SQL(
            """
            SELECT DISTINCT ON (company_id) company_id, id
              FROM google_ads_account
             WHERE active AND state IN ('connected', 'paused', 'error')
             ORDER BY company_id, state = 'connected' DESC, name, id
            """
        )

    @api.model
    def _get_reported(self):
        """The outbox: of several rows for one event of a record, the latest.

        A lead that was deleted leaves rows behind which are not its contact's.
        """
        return SQL(
            """
            SELECT DISTINCT ON (record, event, stage_id) *
              FROM (SELECT CASE WHEN c.lead_id IS NOT NULL THEN 'lead-' || c.lead_id
                                WHEN c.transaction_id LIKE '%%-contact-%%'
                                    THEN 'contact-' || c.partner_id END AS record,
                           c.id, c.event, a.stage_id, c.account_id, c.action_id, c.state,
                           c.error_code, c.error_class, c.click_time
                      FROM google_ads_conversion c
                      JOIN google_ads_conversion_action a ON a.id = c.action_id
                     WHERE c.kind = 'conversion') AS outbox
             WHERE record IS NOT NULL
             ORDER BY record, event, stage_id, id DESC
            """
        )

    @api.model
    def _get_status(self):
        now = fields.Datetime.now()
        return SQL(
            """
            CASE
            WHEN o.id IS NOT NULL THEN CASE
                WHEN o.state IN ('held', 'cancelled') AND o.error_class = 'consent'
                    THEN 'no_consent'
                WHEN o.state IN ('held', 'failed') AND o.error_code IN %(wrong_account)s
                    THEN 'wrong_account'
                WHEN o.state IN ('held', 'failed') AND o.error_code IN %(ios_click)s
                    THEN 'ios_click'
                WHEN o.state = 'waiting' AND o.click_time + %(settled)s > %(now)s
                    THEN 'too_recent'
                ELSE o.state END
            WHEN e.consent = 'denied' THEN 'no_consent'
            WHEN COALESCE(click.gclid, click.gbraid, click.wbraid) IS NULL
                THEN CASE WHEN creation.click_platform <> 'google'
                     THEN 'other_platform' ELSE 'no_click_id' END
            WHEN e.date <= click.occurred_at - %(same_moment)s THEN 'event_before_click'
            WHEN e.date - click.occurred_at > %(lifetime)s THEN 'click_too_old'
            WHEN act.id IS NULL THEN 'not_configured'
            WHEN click.gclid IS NULL AND act.counting = 'one' THEN 'ios_click'
            WHEN e.event = 'lead_created' AND act.counting = 'one' AND %(counted)s
                THEN 'counted_once'
            WHEN %(now)s - click.occurred_at > %(lifetime)s THEN 'click_too_old'
            ELSE 'missing' END
            """,
            wrong_account=WRONG_ACCOUNT_CODES,
            ios_click=IOS_CLICK_CODES,
            settled=CLICK_SETTLED,
            lifetime=CLICK_LIFETIME,
            same_moment=SAME_MOMENT,
            now=now,
            counted=self._get_counted(),
        )

    @api.model
    def _get_counted(self):
        """Whether another event came by the same form and click."""
        return SQL(
            """
            EXISTS (
                SELECT 1
                  FROM conversion_touchpoint form
                  JOIN google_ads_conversion other
                    ON other.action_id = act.id
                   AND other.gclid = click.gclid
                   AND other.form_key = CASE WHEN e.lead_id IS NULL THEN 'res.partner '
                                        ELSE 'crm.lead ' END || COALESCE(form.page, '')
                 WHERE form.kind = 'conversion'
                   AND form.lead_id IS NOT DISTINCT FROM e.lead_id
                   AND (e.lead_id IS NOT NULL OR form.partner_id = e.partner_id)
            )
            """
        )

    @api.model
    def _get_outcome(self):
        return SQL(
            """
            CASE WHEN line.status = 'success' THEN 'delivered'
                 WHEN line.status IN ('waiting', 'sending', 'sent', 'too_recent') THEN 'under_way'
                 WHEN line.status IN ('held', 'unclear', 'failed', 'wrong_account')
                    THEN 'attention'
                 ELSE 'left_out' END
            """
        )
