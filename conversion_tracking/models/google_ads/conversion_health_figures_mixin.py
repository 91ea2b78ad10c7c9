from odoo import fields, models


class ConversionHealthFiguresMixin(models.AbstractModel):
    """What was made for Google Ads and delivered, and how long that took."""

    _inherit = "conversion.health.figures.mixin"

    created_events = fields.Integer(
        "Conversions", readonly=True, help="Events that were written for Google Ads on these days."
    )
    delivered_events = fields.Integer(
        "Delivered", readonly=True, help="Those that Google confirmed on these days."
    )
    latency_median = fields.Float(
        "Hours to Google",
        readonly=True,
        aggregator=None,
        help="From the event until Google confirmed it, of what was confirmed on these days: half "
        "of them took longer. Once a day, and six hours after the click, is as it should be.",
    )
    latency_most = fields.Float(
        "90 % within hours",
        readonly=True,
        aggregator=None,
        help="One in ten took longer from the event until Google confirmed it.",
    )
