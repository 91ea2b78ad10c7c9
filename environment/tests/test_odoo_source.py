"""The right Odoo, or a message that says what to do."""

import os
import subprocess
import tempfile
import unittest
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


class MirrorTest(unittest.TestCase):
    def find(self, *, named="", apt):
        with (
            mock.patch.dict(os.environ, {"DEBIAN_MIRROR": named}),
            mock.patch.object(odoo_source.subprocess, "run", side_effect=[apt]),
        ):
            return odoo_source.find_mirror()

    def answer(self, *sites):
        return subprocess.CompletedProcess([], 0, stdout="".join(f"{site}\n" for site in sites))

    def test_it_is_the_one_that_the_systems_sources_name(self):
        apt = self.answer("cdrom:[Debian 12]/", "http://mirror.example/debian", "http://b.example")
        self.assertEqual(self.find(apt=apt), "http://mirror.example/debian")

    def test_one_named_by_the_user_goes_first(self):
        apt = self.answer("http://mirror.example/debian")
        self.assertEqual(self.find(named="http://near.example", apt=apt), "http://near.example")

    def test_without_any_the_remedies_are_named(self):
        for apt in (self.answer(), FileNotFoundError("apt-get")):
            with (
                self.subTest(apt=apt),
                self.assertRaisesRegex(Problem, r"no mirror.*\n.*DEBIAN_MIRROR=.*\n.*ODOO=path"),
            ):
                self.find(apt=apt)
