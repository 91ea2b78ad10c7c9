"""Writes the demonstration: the story of ``story.py`` as records."""

from odoo import fields

from . import story
from .leads import Leads
from .links import Links
from .outcomes import Outcomes


def write(env):
    """Write the demonstration, told back from now.

    :param env: of the superuser
    """
    now = fields.Datetime.now()
    frequencies = env["crm.lead.scoring.frequency"].search([])
    Links(env, now).write_links(story.read_links())
    leads = Leads(env, now)
    Outcomes(env, now, leads.write_leads(story.tell(now))).write_outcomes()
    # what Odoo learned of these leads for the chances of others
    leads.name_records("frequency", frequencies.search([]) - frequencies)
    # what the daily watch finds; nobody gets an e-mail of it
    watch = env["conversion.alert.rule"].with_context(mail_activity_quick_update=True)
    watch._get_all()._watch_over(env.company)
