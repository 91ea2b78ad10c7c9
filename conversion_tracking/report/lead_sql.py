"""SQL that reports about leads have in common: ``lead`` is a row of ``crm_lead``."""

from odoo.tools import SQL

from ..attribution.credit import MODELS
from ..models.conversion_milestones_mixin import QUALIFIED_COLUMNS, WON_COLUMNS, get_first_known

# What this SQL and what reports add to it read, for ``_depends``: Odoo writes it before it reads.
READS = {
    "account.move": ["state", "move_type", "invoice_date", "company_id"],
    "account.move.line": ["balance", "company_id", "display_type", "move_id"],
    "conversion.credit": ["lead_id", "position", "touchpoint_id", *MODELS[1:]],
    "conversion.touchpoint": [
        "campaign_id",
        "channel",
        "content",
        "is_anonymous",
        "kind",
        "landing_page",
        "lead_id",
        "medium_id",
        "occurred_at",
        "page",
        "referrer",
        "source_id",
        "term",
    ],
    "crm.lead": [
        "campaign_id",
        "company_id",
        "date_closed",
        "date_conversion",
        "expected_revenue",
        "lead_creation_channel",
        "lead_creation_touch_id",
        "medium_id",
        "partner_id",
        "qualified_at",
        "recurring_revenue_monthly",
        "source_id",
        "team_id",
        "user_id",
        "won_at",
        "won_status",
    ],
    "res.company": ["currency_id"],
    "res.currency.rate": ["company_id", "currency_id", "name", "rate"],
    "sale.order": [
        "amount_untaxed",
        "company_id",
        "currency_rate",
        "date_order",
        "opportunity_id",
        "state",
    ],
    "sale.order.line": ["invoice_lines", "order_id"],
}
LEADS = SQL("crm_lead lead")
EVERY = SQL("TRUE")
CAME_AT = SQL("lead.create_date")
QUALIFIED_AT = get_first_known("lead", QUALIFIED_COLUMNS)
WON_AT = get_first_known("lead", WON_COLUMNS)
IS_WON = SQL("lead.won_status = 'won'")
# without tax, in the currency of the order's company
ORDERED = SQL("sale.amount_untaxed / COALESCE(NULLIF(sale.currency_rate, 0), 1)")
IS_ORDER = SQL("sale.state NOT IN ('draft', 'sent', 'cancel')")
# lines of posted invoices and credit notes, with the order and the lead that they bill
BILLED = SQL(
    """sale_order_line_invoice_rel link
       JOIN sale_order_line line ON line.id = link.order_line_id
       JOIN sale_order sale ON sale.id = line.order_id
       JOIN crm_lead lead ON lead.id = sale.opportunity_id
       JOIN account_move_line item ON item.id = link.invoice_line_id
       JOIN account_move move ON move.id = item.move_id"""
)
IS_BILLED = SQL(
    """move.state = 'posted' AND item.display_type = 'product'
       AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
       -- one invoice line may bill several order lines: count it once
       AND NOT EXISTS (
           SELECT 1 FROM sale_order_line_invoice_rel other_link
             JOIN sale_order_line other_line ON other_line.id = other_link.order_line_id
             JOIN sale_order other ON other.id = other_line.order_id
            WHERE other_link.invoice_line_id = link.invoice_line_id
              AND (other.opportunity_id, other_line.id) < (sale.opportunity_id, line.id))"""
)
QUOTED = SQL("sale.opportunity_id IS NOT NULL AND sale.state != 'cancel'")
# how far a lead came; what it skipped lies behind it
FURTHEST_STEP = SQL(
    """CASE WHEN %s THEN 'won'
            WHEN EXISTS (SELECT 1 FROM sale_order sale
                          WHERE sale.opportunity_id = lead.id AND %s) THEN 'quotation'
            WHEN %s IS NOT NULL THEN 'qualified'
            ELSE 'lead' END""",
    IS_WON,
    QUOTED,
    QUALIFIED_AT,
)
# the host of the page that led to a touch, without "www."
REFERRING_SITE = SQL(
    "NULLIF(regexp_replace(lower(split_part(split_part(touch.referrer, '://', 2), '/', 1)),"
    " '^www\\.', ''), '')"
)
FORM_PAGE = SQL(
    """(SELECT form.page FROM conversion_touchpoint form
         WHERE form.lead_id = lead.id AND form.kind = 'conversion'
         ORDER BY form.occurred_at, form.id LIMIT 1)"""
)
