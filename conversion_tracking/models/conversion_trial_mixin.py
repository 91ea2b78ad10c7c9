import json
import time

from odoo import models
from odoo.http import request
from odoo.tools import consteq, hmac

HEADER = "X-Conversion-Trial"
SCOPE = "conversion_tracking-trial"
LIFETIME = 120  # seconds


class ConversionTrialMixin(models.AbstractModel):
    """Requests of the self-test: answered as any visitor's, and then taken back.

    Only Odoo itself can make them, by a signature that is good for two minutes. Whoever found one
    could do no more than send a form that leaves nothing behind.
    """

    _name = "conversion.trial.mixin"
    _description = "Trial Requests of the Self-test"

    @classmethod
    def _sign_trial(cls, env):
        """The header that makes a request a trial."""
        now = str(int(time.time()))
        return f"{now}-{hmac(env(su=True), SCOPE, now)}"

    @classmethod
    def _is_trial(cls):
        made_at, _dash, signature = request.httprequest.headers.get(HEADER, "").partition("-")
        if not (made_at.isascii() and made_at.isdigit() and len(made_at) < 12):
            return False
        is_fresh = 0 <= time.time() - int(made_at) <= LIFETIME
        return is_fresh and consteq(signature, hmac(request.env(su=True), SCOPE, made_at))

    @classmethod
    def _verify_request_recaptcha_token(cls, action):
        """No riddle is solved by a program; that visitors can is not tried."""
        return None if cls._is_trial() else super()._verify_request_recaptcha_token(action)

    @classmethod
    def _note_trial(cls, record):
        """Keep what a trial's form has recorded, before it is taken back."""
        if record._name == "crm.lead" and cls._is_trial():
            request.conversion_trial = cls._get_trial_facts(record.sudo())

    @classmethod
    def _get_trial_facts(cls, lead):
        """What the self-test wants to know of a lead that its visit has made."""
        created, first = lead.lead_creation_touch_id, lead.first_touch_id
        return {
            "source": created.source_id.name or "",
            "first_source": first.source_id.name or "",
            "gclid": created.gclid or "",
            "consent": lead.consent or "",
        }

    @classmethod
    def _end_trial(cls, response):
        """Take back all that a trial has written, and tell what it was."""
        if HEADER not in request.httprequest.headers or not cls._is_trial():
            return
        response.headers[HEADER] = json.dumps(getattr(request, "conversion_trial", {}))
        request.env.cr.rollback()
