from itertools import chain

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..attribution.redaction import Redaction
from ..attribution.touch import CLICK_IDS

# What stays of a touchpoint: what totals are made of, and nothing else, whatever is added later.
COUNTED = (
    *("kind", "channel", "source_id", "medium_id", "campaign_id"),
    *("click_platform", "own_link", "company_id"),
)
# What stays pointing to a touchpoint when it has become nobody's. A lead keeps what it counts for,
# as it keeps its own source, medium and campaign; a company, by whom it was found.
COUNTING = {
    ("crm.lead", "lead_creation_touch_id"),
    ("res.partner", "company_source_touch_id"),
    ("conversion.credit", "touchpoint_id"),
}
# Texts that people and forms write: who has a field of their own for the click id in a form finds
# it in the lead's notes.
TEXTS = {
    "crm.lead": ("name", "description"),
    "res.partner": ("comment",),
    "mail.message": ("subject", "body"),
    "mail.mail": ("body_html",),
    "mail.tracking.value": (
        *("old_value_char", "new_value_char", "old_value_text", "new_value_text"),
    ),
}


class ConversionEraser(models.AbstractModel):
    """Takes a person out of what this add-on has stored, and leaves the totals as they are.

    Touchpoints become anonymous: channel, source, medium, campaign and day stay, and with them
    what campaigns brought and cost; whose visit it was, by which page, link and click, is gone.
    A won deal keeps its credit (``conversion.credit``), because its revenue is still counted.
    """

    _name = "conversion.eraser"
    _description = "Erasing of Persons"

    @api.model
    def _erase(self, dossier):
        """Erase all of a :class:`Dossier`; for good.

        Extend to erase what another model keeps: before ``super``, touchpoints still tell whose
        they are.

        :return: the number of touchpoints that are anonymous now
        """
        self.env["conversion.credit"].sudo()._settle()
        self._scrub_texts(dossier, self._get_secrets(dossier))
        self.env["conversion.dossier"]._get_page_views(dossier).unlink()
        self._cut_pointers(dossier)
        self._make_anonymous(dossier.touchpoints)
        self._mark(dossier)
        return len(dossier.touchpoints)

    # ------------------------------------------------------------
    # Texts
    # ------------------------------------------------------------

    @api.model
    def _get_secrets(self, dossier):
        """What must not be found any more in texts about these persons: click ids, and addresses
        that only one visit had. The address of a page alone is nobody's, and stays. Extend to
        add some."""
        touchpoints = dossier.touchpoints
        ids = chain.from_iterable(touchpoints.mapped(name) for name in CLICK_IDS)
        pages = [*touchpoints.mapped("landing_page"), *touchpoints.mapped("page")]
        return {
            *filter(None, ids),
            *(one for one in pages if one and "?" in one),
        }

    @api.model
    def _scrub_texts(self, dossier, secrets):
        """Take secrets out of notes, and out of the chatter of these records."""
        redaction = Redaction(secrets)
        if not redaction:
            return
        messages = self._find_messages(dossier)
        texts = {
            "crm.lead": dossier.leads,
            "res.partner": dossier.contacts,
            "mail.message": messages,
            "mail.mail": self.env["mail.mail"]
            .sudo()
            .search([("mail_message_id", "in", messages.ids)]),
            "mail.tracking.value": messages.tracking_value_ids,
        }
        for model, records in texts.items():
            for record in records:
                changed = self._scrub(record, TEXTS[model], redaction)
                if changed:
                    record.with_context(tracking_disable=True).write(changed)

    @api.model
    def _scrub(self, record, names, redaction):
        """The texts of a record that change, without what must not be found in them."""
        texts = {name: str(record[name] or "") for name in names}
        redacted = {name: redaction.redact(text) for name, text in texts.items()}
        return {name: text for name, text in redacted.items() if text != texts[name]}

    @api.model
    def _find_messages(self, dossier):
        about = Domain.OR(
            Domain("model", "=", records._name) & Domain("res_id", "in", records.ids)
            for records in (dossier.contacts, dossier.leads)
        )
        return self.env["mail.message"].sudo().search(about)

    # ------------------------------------------------------------
    # Touchpoints
    # ------------------------------------------------------------

    @api.model
    def _cut_pointers(self, dossier):
        """Whoever points to these touchpoints forgets them, in models of other add-ons, too."""
        pointers = (
            self.env["ir.model.fields"]
            .sudo()
            .search(
                [
                    ("relation", "=", "conversion.touchpoint"),
                    ("ttype", "=", "many2one"),
                    ("store", "=", True),
                ]
            )
        )
        for pointer in pointers:
            rows = self.env[pointer.model].sudo().with_context(active_test=False)
            if rows._auto and not rows._abstract and (rows._name, pointer.name) not in COUNTING:
                pointing = rows.search([(pointer.name, "in", dossier.touchpoints.ids)])
                pointing.write({pointer.name: False})
        erased = set(dossier.touchpoints.ids)
        for name in ("lead_creation_touch_id", "company_source_touch_id"):
            dossier.contacts.filtered(lambda one, name=name: one[name].id in erased).write(
                {name: False}
            )

    @api.model
    def _make_anonymous(self, touchpoints):
        """Leave of touchpoints what totals are made of.

        In SQL, because the ORM dates rows itself and would share the credit of deals anew. Of the
        time the day stays, in UTC; its seconds only keep the order of a day's touches.
        """
        if not touchpoints:
            return
        self.env.flush_all()
        emptied = [
            SQL("%s = %s", SQL.identifier(name), self._get_empty(field))
            for name, field in touchpoints._fields.items()
            if field.store
            and field.column_type
            and name not in (*COUNTED, *models.MAGIC_COLUMNS)
            and name not in ("occurred_at", "is_anonymous")
        ]
        self.env.cr.execute(
            SQL(
                """
                UPDATE conversion_touchpoint touch
                   SET %(emptied)s, is_anonymous = TRUE, occurred_at = ranked.at,
                       create_date = ranked.day, write_date = ranked.day, write_uid = NULL
                  FROM (SELECT id, day, day + interval '1 second' * (
                                   row_number() OVER (PARTITION BY day ORDER BY occurred_at, id) - 1
                               ) AS at
                          FROM (SELECT id, occurred_at, date_trunc('day', occurred_at) AS day
                                  FROM conversion_touchpoint WHERE id IN %(ids)s) AS own) AS ranked
                 WHERE ranked.id = touch.id
                """,
                emptied=SQL(", ").join(emptied),
                ids=touchpoints._ids,
            )
        )
        self.env.invalidate_all(flush=False)

    @api.model
    def _get_empty(self, field):
        """SQL of a column that says nothing."""
        if field.type == "boolean":
            return SQL("FALSE")
        return SQL("%s", "unknown") if field.name == "consent" else SQL("NULL")

    # ------------------------------------------------------------
    # What says so
    # ------------------------------------------------------------

    @api.model
    def _mark(self, dossier):
        """Say on the records what happened. From now on nothing more is told about these leads:
        who wants to be forgotten does not consent."""
        now = fields.Datetime.now()
        dossier.contacts.write({"attribution_erased_at": now})
        dossier.leads.write({"attribution_erased_at": now, "consent": "denied", "consent_at": now})
        note = self.env._("The attribution of this person was erased.")
        for records in (dossier.contacts, dossier.leads):
            records._message_log_batch(
                bodies=dict.fromkeys(records.ids, note), author_id=self.env.user.partner_id.id
            )
