from odoo import api, fields, models

from ..groups import require_manager


class ConversionBoardLayout(models.Model):
    """What a reader shows on the board, and in which order; without reader: everybody's default."""

    _name = "conversion.board.layout"
    _description = "Layout of the Board"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="Reader",
        readonly=True,
        ondelete="cascade",
        help="Empty: the layout of everybody who did not choose one.",
    )
    shown = fields.Json(
        "Sections", readonly=True, help="Keys of the sections that are shown, in their order."
    )

    _user_unique = models.UniqueIndex(
        "(COALESCE(user_id, 0))", "Each reader has one layout of the board."
    )

    @api.model
    def _get_keys(self, known):
        """Keys of the sections that the reader sees, in their order.

        :param known: the sections that there are; others of a layout are left out
        """
        layouts = self.sudo().search_fetch([("user_id", "in", [self.env.uid, False])], ["shown"])
        layout = layouts.filtered("user_id") or layouts
        if not layout:
            return [key for key, section in known.items() if section.is_shown]
        return [key for key in (layout.shown or []) if key in known]

    @api.model
    def save(self, keys, as_default=False):
        """Show these sections from now on, to the reader or, ``as_default``, to everybody who
        chose none.

        :raise AccessError: when somebody else than a manager sets the default
        """
        board = self.env["conversion.board"]
        board._check_reader()
        if as_default:
            require_manager(self)
        known = board._get_sections()
        keys = [key for key in board._read_keys(keys) if key in known]
        user = self.env["res.users"] if as_default else self.env.user
        layout = self.sudo().search([("user_id", "=", user.id)])
        if layout:
            layout.shown = keys
        else:
            self.sudo().create({"user_id": user.id, "shown": keys})

    @api.model
    def reset(self):
        """Show the default again."""
        self.env["conversion.board"]._check_reader()
        self.sudo().search([("user_id", "=", self.env.uid)]).unlink()
