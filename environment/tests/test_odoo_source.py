"""The right Odoo, or a message that says what to do."""

import io
import os
import tempfile
import unittest
import urllib.error
from pathlib import Path
from unittest import mock

from environment import odoo_source
from environment.console import Problem


class CheckoutTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.checkout = Path(temporary.name).resolve()
        named = mock.patch.dict(os.environ, {"ODOO": str(self.checkout)})
        named.start()
        self.addCleanup(named.stop)

    def write_release(self, version):
        (self.checkout / "odoo").mkdir()
        (self.checkout / "odoo" / "release.py").write_text(f"# Odoo\nversion_info = {version}\n")

    def test_a_checkout_of_the_right_version_is_used_where_it_is(self):
        self.write_release("(19, 0, 0, FINAL, 0, '')")
        odoo = odoo_source.ensure()
        self.assertEqual(odoo.python_path, self.checkout)
        self.assertEqual(
            odoo.addons_paths, (self.checkout / "odoo" / "addons", self.checkout / "addons")
        )

    def test_git_is_not_needed(self):
        self.write_release("(19, 0, 0, FINAL, 0, '')")
        with mock.patch.object(odoo_source.subprocess, "run", side_effect=FileNotFoundError):
            self.assertEqual(odoo_source.ensure().python_path, self.checkout)

    def test_another_version_is_refused_with_the_command_that_helps(self):
        self.write_release("(18, 0, 0, FINAL, 0, '')")
        with self.assertRaisesRegex(Problem, r"is Odoo 18\.0, .* needs 19\.0\.\n.*checkout 19\.0"):
            odoo_source.ensure()

    def test_an_intermediate_version_is_refused(self):
        self.write_release("('saas~19', 1, 0, FINAL, 0, '')")
        with self.assertRaisesRegex(Problem, r"is Odoo 19\.1"):
            odoo_source.ensure()

    def test_a_folder_without_odoo_is_named(self):
        with self.assertRaisesRegex(Problem, f"ODOO={self.checkout} is not a checkout of Odoo"):
            odoo_source.ensure()


class DownloadTest(unittest.TestCase):
    def test_no_network_names_the_address_and_the_remedy(self):
        failure = urllib.error.URLError("Name or service not known")
        with (
            mock.patch.object(odoo_source.urllib.request, "urlopen", side_effect=failure),
            self.assertRaisesRegex(Problem, r"registry\.npmjs\.org.*\nCheck the network"),
        ):
            odoo_source.download_segmentation()

    def test_a_damaged_file_is_refused(self):
        with (
            mock.patch.object(
                odoo_source.urllib.request, "urlopen", return_value=io.BytesIO(b"<html>")
            ),
            self.assertRaisesRegex(Problem, "is not the expected file"),
        ):
            odoo_source.download_segmentation()
