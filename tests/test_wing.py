"""Google Ads is a wing: cut it off, and capture and campaigns stand without it."""

import ast
import re
import shutil
import tempfile
import unittest
from pathlib import Path

from environment import database, launch, odoo_source, paths

WING = "google_ads"
DATABASE = "without_wing"
# A visit that brought a lead, a contact, a won deal and a cost, read back as the reports do.
JOURNEY = """
campaign = env["utm.campaign"].create({"name": "Spring", "title": "Spring"})
env["utm.campaign.cost"].create(
    {"campaign_id": campaign.id, "name": "Ads", "actual_amount": 200}
)
lead = env["crm.lead"].create(
    {
        "name": "Roof",
        "type": "opportunity",
        "email_from": "ann@example.com",
        "contact_name": "Ann",
        "expected_revenue": 1000,
        "landing_url": "https://shop.example/?utm_source=news&utm_campaign=Spring&gclid=AbC",
    }
)
lead._handle_partner_assignment()
lead.action_set_won()
assert lead.first_touch_id.source_id.name == "news", lead.first_touch_id
assert lead.google_touch_id.gclid == "AbC"
assert lead.partner_id.first_touch_id == lead.first_touch_id
assert lead.won_at and lead.qualified_at is not None
env.flush_all()
assert (campaign.lead_count, campaign.won_count) == (1, 1), campaign.read()
assert campaign.roi_percent == 400, campaign.roi_percent
for model in ("crm.lead", "res.partner", "utm.campaign", "conversion.touchpoint"):
    env[model].get_views([(False, "form"), (False, "list"), (False, "search")])
lead.unlink()
env.cr.rollback()
"""


class WingTest(unittest.TestCase):
    def test_the_rest_of_the_house_does_not_name_it(self):
        named = [
            f"{path.relative_to(paths.ADDON)}:{number}: {line.strip()}"
            for path in self.files()
            for number, line in enumerate(path.read_text().splitlines(), 1)
            if re.search(r"google[._]ads", line) and not self.may_name(path, line)
        ]
        self.assertEqual(named, [])

    def files(self):
        """The files of the CRM side: models, views, data and what serves them."""
        rooms = ("models", "views", "report", "wizard", "controllers", "data", "security", "demo")
        return [
            path
            for room in rooms
            for path in sorted((paths.ADDON / room).rglob("*"))
            if path.is_file()
            and path.suffix in (".py", ".xml", ".csv")
            and WING not in path.relative_to(paths.ADDON).parts[:-1]
        ]

    def may_name(self, path, line):
        """The door to the wing, and a source of traffic that is called so."""
        is_door = path.name == "__init__.py" and line == f"from . import {WING}"
        return is_door or path.name == "conversion_channel_rule.xml"

    def test_capture_and_campaigns_install_and_work_without_it(self):
        odoo = odoo_source.ensure()
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.cut_off(folder / paths.ADDON.name)
        addons = ",".join(map(str, (*odoo.addons_paths, folder)))
        database.clone(database.template(odoo, "plain"), DATABASE)
        self.addCleanup(database.drop, DATABASE)
        problems = launch.run(
            odoo,
            f"--database={DATABASE}",
            f"--addons-path={addons}",
            f"--init={paths.ADDON.name}",
            "--stop-after-init",
            what="Installing without Google Ads",
            log="install_without_wing",
        )
        self.assertFalse(problems, "\n".join(problems))
        self.assertEqual(database.state(DATABASE, paths.ADDON.name), "installed")
        with tempfile.TemporaryFile("w+") as script:
            script.write(JOURNEY)
            script.seek(0)
            launch.run(
                odoo,
                "shell",
                f"--database={DATABASE}",
                f"--addons-path={addons}",
                what="A journey without Google Ads",
                log="journey_without_wing",
                stdin=script,
            )

    def cut_off(self, addon):
        """A copy of the add-on without the wing; the plain package below it stays."""
        shutil.copytree(
            paths.ADDON, addon, ignore=shutil.ignore_patterns("tests", "__pycache__", "demo")
        )
        for wing in sorted(addon.rglob(WING)):
            if wing.parent != addon:
                shutil.rmtree(wing)
        for init in addon.rglob("__init__.py"):
            text = init.read_text()
            init.write_text(text.replace(f"from . import {WING}\n", ""))
        manifest = addon / "__manifest__.py"
        kept = [
            line
            for line in manifest.read_text().splitlines()
            if f"/{WING}/" not in line and "demo/" not in line
        ]
        manifest.write_text("\n".join(kept) + "\n")
        ast.literal_eval(manifest.read_text())
