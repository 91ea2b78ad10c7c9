"""Who may see and do what, named once for fields, buttons and controllers."""

from odoo.exceptions import AccessError

# Who may read touchpoints, see the access rules, and of a contact or deal where it came from.
TOUCHPOINT_READERS = "sales_team.group_sale_salesman,conversion_tracking.group_user"
CLICK_ID_READERS = "sales_team.group_sale_manager,conversion_tracking.group_manager"
# To which account something goes; salespeople read no accounts.
ACCOUNT_READERS = "sales_team.group_sale_manager,conversion_tracking.group_user"
# Whose lead it was is told to those who may open leads; others see its number.
LEAD_READERS = "sales_team.group_sale_salesman"
RESULT_READERS = "sales_team.group_sale_salesman,conversion_tracking.group_user"
COST_READERS = "sales_team.group_sale_manager,conversion_tracking.group_user"
BILL_READERS = "account.group_account_invoice,account.group_account_readonly"
MANAGER = "conversion_tracking.group_manager"
ADMINISTRATOR = "conversion_tracking.group_administrator"
SYSTEM = "base.group_system"


def require_manager(records):
    """Let only managers of Conversion Tracking go on, with records that they may see.

    :raise AccessError: for anybody else
    """
    records.check_access("read")
    if not records.env.user.has_group(MANAGER):
        raise AccessError(
            records.env._(
                "Only managers of Conversion Tracking can do this. Ask one of them, or have your "
                "administrator make you one."
            )
        )
