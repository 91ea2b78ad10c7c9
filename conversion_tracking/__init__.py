from . import controllers, models, report, wizard


def uninstall_hook(env):
    """Leave no setting behind: Odoo removes models and records, but no parameter that was set."""
    env["ir.config_parameter"].search([("key", "=like", "conversion\\_tracking.%")]).unlink()
