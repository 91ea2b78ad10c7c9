from odoo import http
from odoo.http import content_disposition, request

from ..kpi.workbook import make_workbook
from ..models.conversion_board import FILTERS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A day, a preset, and an id more or less; nothing that is asked is longer than all there is.
LONGEST = 2000


class Board(http.Controller):
    """The board as a file, for the question that stands in its own address."""

    @http.route(
        "/conversion_tracking/board.xlsx",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def export(self, **parameters):
        board = request.env["conversion.board"]
        board._check_reader()
        question, sections = board._read_all(self._read_address(parameters))
        content = make_workbook(board._get_export_head(question), sections, board._get_words())
        name = f"board {question.period.first} {question.period.last}.xlsx"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", XLSX),
                ("Content-Disposition", content_disposition(name)),
                ("Content-Length", len(content)),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
            ],
        )

    def _read_address(self, parameters):
        """What an address asks, as ``get_board`` takes it: lists are written with commas, and
        ``none`` stands for records that have none."""
        asked = {name: parameters.get(name) for name in ("period", "from", "to")}
        for name in FILTERS:
            texts = (parameters.get(name) or "")[:LONGEST].split(",")
            asked[name] = [self._read_value(name, text) for text in texts if text]
        return asked

    def _read_value(self, name, text):
        if text == "none":
            return False
        # as ids are written, not as digits of any script
        if name != "channel" and text.isascii() and text.isdigit():
            return int(text)
        return text
