from odoo import models
from odoo.exceptions import UserError

from ...google_ads.lifecycle import CANCELLED, GIVEN_TO_GOOGLE
from ...groups import require_manager
from .google_ads_queue_mixin import UNCONFIRMED

# Their click ids went with the lead or contact, or with all that was known of the person.
FORGOTTEN = (*UNCONFIRMED, *UNCONFIRMED.values())


class GoogleAdsRetryMixin(models.AbstractModel):
    """What a person can do with rows of the outbox: send them again, or not at all."""

    _name = "google.ads.retry.mixin"
    _description = "Retry and Cancel in the Outbox"

    def action_retry(self):
        """Send again as soon as possible; of several corrections of one deal, the newest."""
        require_manager(self)
        if done := self.filtered(lambda one: one.state in GIVEN_TO_GOOGLE):
            raise UserError(
                self.env._(
                    "%(conversion)s is on its way or delivered already. Retry is for conversions "
                    "that wait, are held, failed or were cancelled.",
                    conversion=done[0].display_name,
                )
            )
        if gone := self.filtered(
            lambda one: one.state == CANCELLED and one.error_code in FORGOTTEN
        ):
            raise UserError(
                self.env._(
                    "The lead or contact of %(conversion)s was deleted or erased, and its click id "
                    "with it. It cannot be sent any more.",
                    conversion=gone[0].display_name,
                )
            )
        outdated = self.sudo().filtered(lambda one: one._is_outdated())
        if outdated == self.sudo():
            raise UserError(
                self.env._(
                    "A newer correction took the place of %(conversion)s. Retry that one instead.",
                    conversion=self[0].display_name,
                )
            )
        (self.sudo() - outdated)._queue_again()
        self.env.ref("conversion_tracking.ir_cron_deliver").sudo()._trigger()

    def _is_outdated(self):
        """Whether a newer correction of the same conversion says something else."""
        self.ensure_one()
        newer = self.origin_id.correction_ids.filtered(lambda one: one.id > self.id)
        return self.error_code == "REPLACED" or bool(newer)

    def action_cancel(self):
        """Do not send; can be taken back with Retry."""
        require_manager(self)
        if given := self.filtered(lambda one: one.state in GIVEN_TO_GOOGLE):
            raise UserError(
                self.env._(
                    "%(conversion)s has been given to Google and cannot be cancelled any more.",
                    conversion=given[0].display_name,
                )
            )
        self.sudo()._stop(CANCELLED)
