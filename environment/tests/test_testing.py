"""Tests are shared out over processes, and one that does not run counts as failed there too."""

import contextlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from environment import commands, paths, testing

DO_NOT_RUN = """\
import unittest

class DoNotRun(unittest.TestCase):
    def test_passes(self):
        pass

    def test_skips(self):
        self.skipTest("no browser")

    @unittest.expectedFailure
    def test_is_expected_to_fail(self):
        self.fail()

    def test_skips_a_part(self):
        with self.subTest("part"):
            self.skipTest("no browser")
"""


class SharingOutTest(unittest.TestCase):
    def run_all(self, *arguments, statuses=()):
        with contextlib.ExitStack() as stack:
            for place, name in (
                (testing.build, "alone"),
                (testing.launch, "environment"),
                (testing.database, "with_addon"),
                (testing.database, "with_addon_each"),
                (testing.database, "clone"),
            ):
                stack.enter_context(mock.patch.object(place, name))
            left = stack.enter_context(mock.patch.object(testing.postgres, "query"))
            left.return_value = [["test-gw0"], ["test-gw2"]]
            self.dropped = stack.enter_context(mock.patch.object(testing.database, "drop"))
            pytest = stack.enter_context(mock.patch.object(testing, "_pytest"))
            pytest.side_effect = statuses or (0, 0)
            self.status = testing.run_all(mock.Mock(), arguments)
        self.runs = [call.args[1:] for call in pytest.call_args_list]
        return self.runs[-1]

    def test_all_tests_are_shared_out_over_processes(self):
        self.assertLessEqual(set(testing.SHARED_OUT), set(self.run_all()))

    def test_tests_that_are_picked_run_in_one_process(self):
        options = self.run_all("-k", "touchpoint")
        self.assertEqual(options[-2:], ("-k", "touchpoint"))
        self.assertFalse(set(testing.SHARED_OUT) & set(options))

    def test_what_an_interrupted_run_left_is_dropped(self):
        self.run_all()
        dropped = [call.args[0] for call in self.dropped.call_args_list]
        self.assertEqual(dropped, ["test-gw0", "test-gw2"] * 2)

    def test_the_lab_comes_first_and_the_closing_line_is_that_of_all_other_tests(self):
        self.run_all()
        databases = [option for run in self.runs for option in run if "--odoo-database" in option]
        self.assertEqual(databases, ["--odoo-database=lab", "--odoo-database=test"])
        self.assertEqual(self.status, 0)

    def test_what_fails_in_one_run_fails_both(self):
        for statuses in ((1, 0), (0, 1), (1, 1)):
            self.run_all(statuses=statuses)
            self.assertEqual((len(self.runs), self.status), (2, 1), statuses)

    def test_what_is_picked_of_the_lab_meets_the_apps_alone(self):
        options = self.run_all(f"{testing.APPS}/test_shop.py", "-x")
        self.assertEqual(len(self.runs), 1)
        self.assertIn("--odoo-database=lab", options)
        self.assertEqual(options[-2:], (f"{testing.APPS}/test_shop.py", "-x"))


class SkipTest(unittest.TestCase):
    def pytest(self, content, *options):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(paths.ROOT / "conftest.py", folder)
            (Path(folder) / "test_it.py").write_text(content)
            return subprocess.run(
                [sys.executable, "-m", "pytest", "-p", "no:odoo", *options],
                cwd=folder,
                env=commands.base_environment(),
                capture_output=True,
                text=True,
                check=False,
            )

    def test_it_fails_in_one_process_and_in_several(self):
        for processes in ("0", "2"):
            with self.subTest(processes=processes):
                result = self.pytest(DO_NOT_RUN, "--numprocesses", processes)
                self.assertEqual(result.returncode, 1, result.stdout)
                closing = result.stdout.splitlines()[-1]
                self.assertIn("3 failed, 2 passed", closing)
                self.assertNotRegex(closing, "skipped|xfailed")

    def test_a_whole_file_that_skips_itself_is_an_error(self):
        content = "import pytest\npytest.skip('no browser', allow_module_level=True)\n"
        for processes in ("0", "2"):
            with self.subTest(processes=processes):
                result = self.pytest(content, "--numprocesses", processes)
                self.assertNotEqual(result.returncode, 0, result.stdout)
                self.assertIn("1 error", result.stdout.splitlines()[-1])
