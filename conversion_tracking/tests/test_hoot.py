"""The add-on's JavaScript by itself, in hoot, Odoo's runner of JavaScript tests."""

import re
from pathlib import Path

from odoo.tests import HttpCase, no_retry, tagged

ADDON = "conversion_tracking"
TESTS = Path(__file__).parent.parent / "static" / "tests"
# Whose helpers our tests import, and whose scripts ours import, directly or not.
# Hoot stops with the names of modules that are missing here.
HELPERS = {"bus", "mail", "web", ADDON}
SCRIPTS = HELPERS | {
    "google_recaptcha",
    "html_builder",
    "html_editor",
    "portal",
    "web_tour",
    "website",
}
TWO_MINUTES = 120


def is_needed(bundle, path):
    """Whether our tests need a file (``/addon/folder/name``) of one of the page's two bundles."""
    addon = path.split("/")[1]
    if bundle == "web.assets_unit_tests_setup":
        return addon in SCRIPTS
    return addon == ADDON or (addon in HELPERS and not path.endswith(".test.js"))


def is_fatal(message):
    """Whether an error in the console ends the run; after a failed test the others run on."""
    return "[HOOT]" not in message


@tagged("post_install", "-at_install")
class TestHoot(HttpCase):
    def setUp(self):
        super().setUp()
        # With the tests of every other add-on the page takes twice as long to compile and load.
        model = self.env.registry["ir.asset"]
        get_paths = model._get_asset_paths

        def get_needed_paths(self, bundle, assets_params):
            paths = get_paths(self, bundle=bundle, assets_params=assets_params)
            if bundle.startswith("web.assets_unit_tests"):
                return [path for path in paths if is_needed(bundle, path[0])]
            return paths

        self.patch(model, "_get_asset_paths", get_needed_paths)

    @no_retry
    def test_every_file_of_tests(self):
        files = {file.name.removesuffix(".test.js"): file for file in TESTS.glob("*.test.js")}
        self.assertTrue(files)
        for file in files.values():
            self.assertNotRegex(file.read_text(), r"\.(only|debug|skip|todo)\b", file.name)
        said = self.run_hoot()
        passed = re.findall(rf'"@{ADDON}/(\w+)" ended \(passed: \d+ / time', said)
        self.assertEqual(sorted(passed), sorted(files), said)

    def run_hoot(self):
        """Run what the page of Odoo's JavaScript tests holds.

        :return: what the console said
        """
        with self.assertLogs(self._logger.getChild("browser"), "DEBUG") as logs:
            try:
                self.browser_js(
                    "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000",
                    "",
                    login="admin",
                    timeout=TWO_MINUTES,
                    success_signal="[HOOT] Test suite succeeded",
                    error_checker=is_fatal,
                )
            except AssertionError as error:
                errors = [one.getMessage() for one in logs.records if one.levelname == "ERROR"]
                self.fail("\n\n".join([*errors, str(error)]))
        return "\n".join(logs.output)
