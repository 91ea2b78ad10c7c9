import json

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import content_disposition, request

MODELS = {"contact": "res.partner", "lead": "crm.lead"}
LONGEST = 2_000  # characters of the list of ids in an address


class Dossier(http.Controller):
    """What is stored about a person, as a file to hand over."""

    @http.route(
        "/conversion_tracking/stored/<any(contact,lead):subject>/<string:ids>.json",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def export(self, subject, ids, **_options):
        records = request.env[MODELS[subject]].browse(self._read_ids(ids)).exists()
        if not records:
            raise NotFound
        dossiers = request.env["conversion.dossier"]
        stored = dossiers._export(dossiers._open(records))
        content = json.dumps(stored, ensure_ascii=False, indent=2)
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/json; charset=utf-8"),
                ("Content-Disposition", content_disposition(f"stored {subject} {ids[:50]}.json")),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
            ],
        )

    def _read_ids(self, text):
        """Ids that are written with commas; what is none is left out."""
        texts = text[:LONGEST].split(",")
        # as ids are written, not as digits of any script; no larger than a database has
        return [int(one) for one in texts if one.isascii() and one.isdigit() and len(one) < 10]
