from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..attribution.touch import CLICK_IDS

# Days after which each kind of data is forgotten, if the settings say nothing else. Google takes a
# click for 90 days, and corrections of what came of it for 54 more. Pages and people: 25 months, as
# the French authority advises for what was collected by trackers (CNIL, guidelines of 2020-09-17).
DAYS = {"click_id": 180, "page": 760, "people": 760}
PAGES = ("landing_page", "referrer", "page")
BATCH = 1_000
WINDOW = 10_000  # touchpoints of contacts that are looked at together
SWEPT = "conversion_tracking.people_swept"  # "time id" of the last one that was looked at
TOUCH_ID = SQL("touch.id")
MOST = 10_000  # counted for the settings; more is "more than"


class ConversionRetention(models.AbstractModel):
    """Forgets what is older than the settings allow, a kind of data at a time.

    Odoo's daily clean-up calls each method again, after a commit, as long as it says that there
    is more. Touchpoints are found by an index that holds only those that still have something.
    """

    _name = "conversion.retention"
    _description = "Retention of Personal Data"

    @api.model
    def _get_before(self, kind):
        """Data of a kind of ``DAYS`` from before this time, naive UTC, is forgotten."""
        parameters = self.env["ir.config_parameter"].sudo()
        text = parameters.get_param(f"conversion_tracking.{kind}_days") or ""
        days = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
        return fields.Datetime.now() - timedelta(days=days or DAYS[kind])

    # ------------------------------------------------------------
    # Click ids and pages
    # ------------------------------------------------------------

    @api.autovacuum
    def _gc_click_ids(self):
        """Forget the click ids of old visits and forms; which platform's click it was stays.

        :return: rows done and whether there are more, for Odoo to call again
        """
        return self._empty(CLICK_IDS, self._get_due(CLICK_IDS, "click_id"))

    @api.autovacuum
    def _gc_pages(self):
        """Forget where old visits came from and landed, and the pages of old forms.

        :return: rows done and whether there are more, for Odoo to call again
        """
        return self._empty(PAGES, self._get_due(PAGES, "page"))

    @api.model
    def _get_due(self, names, kind):
        """Domain of the touchpoints of which one of these fields is due."""
        filled = Domain.OR(Domain(name, "!=", False) for name in names)
        return Domain("occurred_at", "<", self._get_before(kind)) & filled

    @api.model
    def _empty(self, names, due, model="conversion.touchpoint", order="occurred_at"):
        rows = self.env[model].sudo().search(due, order=order, limit=BATCH)
        rows.write(dict.fromkeys(names, False))
        return len(rows), len(rows) == BATCH

    # ------------------------------------------------------------
    # People
    # ------------------------------------------------------------

    @api.autovacuum
    def _gc_people(self):
        """Delete the old touchpoints of contacts who never became a lead or a customer.

        Most that are looked at stay, so the work goes on where it was left, from the oldest to
        the newest, and begins anew the next time.

        :return: rows done and whether there are more, for Odoo to call again
        """
        parameters = self.env["ir.config_parameter"].sudo()
        since, _space, last_id = (parameters.get_param(SWEPT) or "").rpartition(" ")
        rows = self.env.execute_query(
            SQL(
                "%s AND (touch.occurred_at, touch.id) > (%s, %s)"
                " ORDER BY touch.occurred_at, touch.id LIMIT %s",
                self._select_leadless(SQL("touch.id, touch.occurred_at::text")),
                since or "-infinity",
                int(last_id or 0),
                WINDOW,
            )
        )
        seen = tuple(touchpoint_id for touchpoint_id, _at in rows)
        is_more = len(rows) == WINDOW
        parameters.set_param(SWEPT, is_more and f"{rows[-1][1]} {rows[-1][0]}")
        if not seen:
            return 0, False
        alone = self.env.execute_query(
            SQL("%s AND touch.id IN %s AND %s", self._select_leadless(), seen, self._is_alone())
        )
        self.env["conversion.touchpoint"].sudo().browse(one for (one,) in alone).unlink()
        return len(rows), is_more

    @api.model
    def _select_leadless(self, columns=TOUCH_ID):
        """SQL of old touchpoints that belong to a contact and no lead; their index knows them."""
        self.env.flush_all()
        return SQL(
            """
            SELECT %s FROM conversion_touchpoint touch
             WHERE touch.lead_id IS NULL AND touch.partner_id IS NOT NULL
               AND touch.occurred_at < %s
            """,
            columns,
            self._get_before("people"),
        )

    @api.model
    def _is_alone(self):
        """SQL of whether the contact of ``touch`` is no lead's person and no customer.

        As for the credit of deals, a lead is of the same person by its contact, its e-mail or its
        phone. Rather one too many is kept: of another company, or with a shared address.
        """
        return SQL(
            """
            NOT EXISTS (SELECT 1 FROM crm_lead lead WHERE lead.partner_id = touch.partner_id)
            AND NOT EXISTS (SELECT 1 FROM sale_order sale WHERE sale.partner_id = touch.partner_id)
            AND NOT EXISTS (SELECT 1 FROM res_partner person
                              JOIN crm_lead lead ON lead.email_normalized = person.email_normalized
                             WHERE person.id = touch.partner_id)
            AND NOT EXISTS (SELECT 1 FROM res_partner person
                              JOIN crm_lead lead ON lead.phone_sanitized = person.phone_sanitized
                             WHERE person.id = touch.partner_id)
            AND NOT EXISTS (SELECT 1 FROM crm_lead lead WHERE lead.first_touch_id = touch.id)
            """
        )

    # ------------------------------------------------------------
    # For the settings
    # ------------------------------------------------------------

    @api.model
    def _describe_due(self):
        """What the next clean-up forgets, a phrase for each kind; none when nothing is due."""
        touchpoints = self.env["conversion.touchpoint"].sudo()
        clicks, pages = (
            touchpoints.search_count(self._get_due(names, kind), limit=MOST + 1)
            for names, kind in ((CLICK_IDS, "click_id"), (PAGES, "page"))
        )
        alone = SQL("%s AND %s LIMIT %s", self._select_leadless(), self._is_alone(), MOST + 1)
        people = len(self.env.execute_query(alone))
        phrases = []
        if clicks:
            phrases.append(self.env._("click ids of %s visits", self._tell_count(clicks)))
        if pages:
            phrases.append(self.env._("pages of %s visits", self._tell_count(pages)))
        if people:
            phrases.append(
                self.env._("%s visits of contacts without a lead", self._tell_count(people))
            )
        return phrases

    @api.model
    def _tell_count(self, count):
        return self.env._("more than %s", MOST) if count > MOST else str(count)
