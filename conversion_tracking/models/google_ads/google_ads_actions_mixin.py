from odoo import api, models

from ...google_ads.actions import (
    ensure_conversion_action,
    find,
    read_conversion_actions,
)
from ...google_ads.catalogue import OUTBOX
from ...google_ads.errors import TransportFault, make_fault
from .google_ads_access_mixin import DELIVERING_STATES
from .google_ads_conversion_action import DEFAULT_ACTIONS


class GoogleAdsActionsMixin(models.AbstractModel):
    """The conversion actions of an account, in Odoo and at Google."""

    _name = "google.ads.actions.mixin"
    _description = "Conversion Actions of Google Ads"

    def _create_default_actions(self):
        """Make the actions of the specification where an account lacks them; nothing is doubled.

        :return: the default actions of these accounts, made now or before
        """
        events = [values["event"] for values in DEFAULT_ACTIONS]
        actions = self.env["google.ads.conversion.action"].with_context(active_test=False)
        found = actions.search([("account_id", "in", self.ids), ("event", "in", events)])
        known = {(action.account_id, action.event) for action in found}
        return found + actions.create(
            [
                {**values, "account_id": account.id, "sequence": number}
                for account in self
                for number, values in enumerate(DEFAULT_ACTIONS)
                if (account, values["event"]) not in known
            ]
        )

    # ------------------------------------------------------------
    # Step 3: make them at Google
    # ------------------------------------------------------------

    def action_create_actions(self):
        """Make the default actions and every other one that Google lacks."""
        self.ensure_one()
        self.check_access("write")
        self._create_default_actions()
        missing = self.action_ids.filtered(lambda action: action.state == "draft")
        wanted = {action: action._to_specification() for action in missing}
        results = self._ask_google(
            lambda connection: [*_ensure(connection, wanted.values())],
            customer_id=self._get_upload_customer_id(),
        )
        failures = []
        for action, (info, is_new, fault) in zip(missing, results, strict=True):
            if fault:
                failures.append(f"{action.name}: {self._explain(fault)}")
            else:
                action._take_over(info, is_new)
        if failures:
            return self._notify(self.env._("Not all could be made"), "\n".join(failures))

    @api.model
    def _notify(self, title, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "danger", "sticky": True, "title": title, "message": message},
        }

    # ------------------------------------------------------------
    # Read back
    # ------------------------------------------------------------

    @api.model
    def _cron_read_actions(self):
        """Daily: see whether somebody changed the actions at Google."""
        accounts = self.search([("state", "in", DELIVERING_STATES)])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(accounts))
        for account in accounts:
            account._read_actions()
            cron._commit_progress(1)

    def action_read_actions(self):
        """The same at once, for people."""
        self.check_access("write")
        for account in self:
            infos = account._ask_google(
                read_conversion_actions, customer_id=account._get_upload_customer_id()
            )
            account._take_over_actions(infos)

    def _read_actions(self):
        infos = self._ask_in_job(
            "actions", read_conversion_actions, customer_id=self._get_upload_customer_id()
        )
        if infos is not None:
            self._take_over_actions(infos)

    def _take_over_actions(self, infos):
        """Store how Google has the actions; tell the responsible of new differences."""
        account = self.sudo()
        by_id = {info.id: info for info in infos}
        known = account.action_ids.filtered("google_id")
        fine_before = known.filtered(lambda action: action.state == "ready")
        for action in known:
            action._take_over(by_id.get(action.google_id))
        account._note_read_problem("actions", None)
        changed = fine_before.filtered(lambda action: action.state != "ready")
        if changed:
            account._ask_responsible(
                "\n".join(f"{action.name}: {action.drift_message}" for action in changed)
            )

    # ------------------------------------------------------------
    # Deliveries
    # ------------------------------------------------------------

    def _follow_actions(self):
        """Hold what is due for unusable actions; queue what was held and may go again."""
        for action in self.sudo().with_context(active_test=False).action_ids:
            action._follow()

    def _report_bug(self):
        """Tell the responsible that the add-on itself failed; a person has to look."""
        account = self._in_responsible_language()
        account._ask_responsible(account._explain(make_fault("ADDON_FAULT", OUTBOX)))

    def _report_action(self, fault):
        """Tell the responsible; and have the actions read, so that Repair is offered."""
        account = self._in_responsible_language()
        account._ask_responsible(account._explain(fault))
        self.env.ref("conversion_tracking.ir_cron_read_actions").sudo()._trigger()


def _ensure(connection, specifications):
    """Find or make each action.

    :return: (``ConversionActionInfo``, whether it was made now, fault) for each; the fault of one
        does not keep the others from being made
    """
    existing = read_conversion_actions(connection)
    for specification in specifications:
        known = find(specification, existing)
        try:
            yield known or ensure_conversion_action(connection, specification), not known, None
        except TransportFault as failure:
            yield None, False, failure.fault
