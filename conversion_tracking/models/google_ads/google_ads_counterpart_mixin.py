from dataclasses import asdict
from datetime import timezone

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...google_ads import lifecycle
from ...google_ads.actions import (
    ActionSpecification,
    ConversionActionInfo,
    drift,
    repair_conversion_action,
)
from ...google_ads.catalogue import ACTION_CODES, OUTBOX

COUNTINGS = {"one": "ONE_PER_CLICK", "every": "MANY_PER_CLICK"}
GONE = "REMOVED"  # Google's status; also for an action that Google does not list any more
# Google takes events for one that was renamed or counts in another way; the account warns of it.
USABLE_STATES = ("ready", "problem")
# Why events of an action in another state are held.
REASONS = {"draft": "ACTION_MISSING", "removed": "ACTION_REMOVED"}


class GoogleAdsCounterpartMixin(models.AbstractModel):
    """A conversion action at Google: its number, how it was last found, and what differs."""

    _name = "google.ads.counterpart.mixin"
    _description = "Counterpart of a Conversion Action at Google"

    google_id = fields.Char(
        "ID at Google",
        copy=False,
        tracking=True,
        help="Google's number of the conversion action. Odoo fills it in; type it only when the "
        "login may deliver but not read.",
    )
    found = fields.Json("As found at Google", readonly=True, copy=False, help="Empty: never read.")
    read_at = fields.Datetime("Last read", readonly=True, copy=False)
    created_at_google = fields.Datetime(
        readonly=True,
        copy=False,
        help="When Odoo made it at Google, which takes conversions six hours later. Empty for an "
        "action that was there before.",
    )
    state = fields.Selection(
        [
            ("draft", "Not at Google yet"),
            ("ready", "Ready"),
            ("problem", "Changed at Google"),
            ("removed", "Removed at Google"),
        ],
        compute="_compute_state",
        store=True,
        tracking=True,
    )
    drift_message = fields.Char("What changed", compute="_compute_drift_message")

    _google_id_unique = models.UniqueIndex(
        "(account_id, google_id) WHERE google_id IS NOT NULL",
        "This conversion action of Google is used already in this account.",
    )

    @api.constrains("google_id")
    def _check_google_id(self):
        for action in self:
            if action.google_id and not (action.google_id.isascii() and action.google_id.isdigit()):
                raise ValidationError(
                    self.env._(
                        "“%(text)s” is not the number of a conversion action. It consists of "
                        "digits: in Google Ads it is the ctId in the address of the action's page.",
                        text=action.google_id,
                    )
                )

    @api.depends("google_id", "found", "name", "counting")
    def _compute_state(self):
        for action in self:
            found = action._get_found()
            if not action.google_id:
                action.state = "draft"
            elif found and found.status == GONE:
                action.state = "removed"
            else:
                action.state = "problem" if action._get_drift() else "ready"

    @api.depends("google_id", "found", "name", "counting")
    def _compute_drift_message(self):
        for action in self:
            texts = [action._explain_difference(one) for one in action._get_drift()]
            action.drift_message = " ".join(texts)

    def _get_found(self):
        """How the action was found at Google, None when it was not read yet."""
        return ConversionActionInfo.restored(self.found)

    def _get_drift(self):
        """The ``google_ads.actions.Difference`` objects to what Odoo expects."""
        found = self._get_found()
        return drift(self._to_specification(), found) if found else []

    def _explain_difference(self, difference):
        countings = dict(self._fields["counting"]._description_selection(self.env))
        labels = {google: countings[ours] for ours, google in COUNTINGS.items()}
        texts = {
            "name": self.env._("Renamed to “%(found)s” at Google."),
            "status": self.env._("Removed or hidden at Google."),
            "type": self.env._("Not of the type Import from clicks at Google."),
            "counting": self.env._("Google counts: %(found)s."),
        }
        return texts[difference.field] % {"found": labels.get(difference.found, difference.found)}

    def _to_specification(self):
        """The action as Odoo wants it, for the engine."""
        self.ensure_one()
        return ActionSpecification(
            name=self.name,
            category=self.category,
            counting=COUNTINGS[self.counting],
            id=self.google_id or "",
            window_days=self.lookback_days,
            default_value=self.fixed_value if self.value_basis == "fixed" else 0.0,
            default_currency=self.currency_id.name or "",
            primary=self.primary,
            made_at=self.created_at_google and self.created_at_google.replace(tzinfo=timezone.utc),
        )

    def _take_over(self, info, is_new=False):
        """Store how Google has the action.

        :param info: ``ConversionActionInfo``; None when Google does not list it any more
        :param is_new: whether it was made just now
        """
        self.ensure_one()
        now = fields.Datetime.now()
        values = {"read_at": now}
        if info:
            values |= {"google_id": info.id, "found": asdict(info), "primary": info.primary}
            # none is said of some types of actions, and one may be longer one day
            if info.status != GONE and 1 <= info.window_days <= 90:
                values["lookback_days"] = info.window_days
        elif found := self._get_found():
            values["found"] = {**asdict(found), "status": GONE}
        if is_new:
            values["created_at_google"] = now
        self.sudo().write(values)

    def _forget_google(self):
        """Count these actions as not made yet."""
        self.sudo().write(
            {"google_id": False, "found": False, "read_at": False, "created_at_google": False}
        )

    # ------------------------------------------------------------
    # Deliveries
    # ------------------------------------------------------------

    def _follow(self):
        """Hold this action's events when it cannot be used; the others go on.

        What was held before is queued when the action is usable again.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        conversions = self.env["google.ads.conversion"].sudo()
        events = Domain("account_id", "=", self.account_id.id) & Domain("action_id", "=", self.id)
        if self.state in USABLE_STATES:
            conversions.search(events & self._get_held())._queue(now, **lifecycle.NO_FAULT)
        else:
            due = Domain("state", "=", lifecycle.WAITING) & Domain("next_try_at", "<=", now)
            conversions.search(events & due)._stop(lifecycle.HELD, REASONS[self.state])

    def _get_held(self):
        """Domain of events that were held for a reason that this usable action no longer gives.

        What Google itself refused goes again only after the action was read since.
        """
        reasons = Domain("error_source", "=", OUTBOX)
        reasons &= Domain("error_code", "in", list(REASONS.values()))
        if self.read_at:
            since = Domain("error_at", "<", self.read_at)
            reasons |= Domain("error_code", "in", ACTION_CODES) & since
        return Domain("state", "=", lifecycle.HELD) & reasons

    # ------------------------------------------------------------
    # Repair or accept
    # ------------------------------------------------------------

    def action_repair(self):
        """Make Google's action as it is here again; one that was removed is made anew."""
        for action in self:
            action.check_access("write")
            specification = action._to_specification()
            info = action.account_id._ask_google(
                lambda connection, wanted=specification: repair_conversion_action(
                    connection, wanted
                ),
                customer_id=action.account_id._get_upload_customer_id(),
            )
            action._take_over(info, is_new=info.id != action.google_id)

    def action_accept(self):
        """Go on with the action as it is at Google; one that is gone is archived here."""
        for action in self:
            action.check_access("write")
            found = action._get_found()
            differences = {one.field for one in action._get_drift()}
            if "type" in differences:
                raise UserError(
                    self.env._(
                        "“%(name)s” cannot take conversions from Odoo at all: only actions of the "
                        "type Import from clicks can. Press Repair to make one.",
                        name=found.name,
                    )
                )
            if "status" in differences:
                action.active = False
                continue
            ours = {google: our for our, google in COUNTINGS.items()}
            if differences:
                counting = ours.get(found.counting, action.counting)
                action.write({"name": found.name, "counting": counting})
