"""A missing system package is installed, or named with the command that installs it."""

import unittest
from unittest import mock

from environment import packages
from environment.console import Problem


class MissingPackageTest(unittest.TestCase):
    def ensure(self, *, user):
        with (
            mock.patch.object(packages.os, "geteuid", return_value=user),
            mock.patch.object(packages.subprocess, "run"),
            mock.patch.object(packages.commands, "logged") as installed,
            mock.patch.object(packages, "postgres_folders", return_value=[]),
            mock.patch.object(packages, "browser", side_effect=[None, "/usr/bin/chromium"]),
        ):
            try:
                packages.ensure(debian_archive=False)
            finally:
                self.installed = installed.call_args and installed.call_args.args[0]

    def test_an_ordinary_user_is_told_the_command(self):
        with self.assertRaisesRegex(Problem, r"sudo apt-get install .* postgresql chromium"):
            self.ensure(user=1000)
        self.assertIsNone(self.installed)

    def test_root_gets_it_installed_and_the_result_checked(self):
        with self.assertRaisesRegex(Problem, r"yet these are not found: postgresql"):
            self.ensure(user=0)
        self.assertIn("postgresql", self.installed)
        self.assertIn("chromium", self.installed)
