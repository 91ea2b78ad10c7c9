"""Programs run in an environment of their own, and their failure can be read."""

import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from environment import commands, paths
from environment.console import Problem


class CommandsTest(unittest.TestCase):
    def test_a_failing_program_shows_the_end_of_its_output_and_where_the_rest_is(self):
        code = "for line in range(100): print('line', line)\nraise SystemExit(3)"
        with (
            tempfile.TemporaryDirectory() as logs,
            mock.patch.object(paths, "LOGS", Path(logs)),
            self.assertRaises(Problem) as caught,
        ):
            commands.logged([sys.executable, "-c", code], "apt", "Installing", hint="Try again.")
        message = str(caught.exception)
        self.assertTrue(message.startswith("Installing failed. Try again.\n"), message)
        self.assertIn("    line 99\n", message)
        self.assertNotIn("line 10\n", message)
        self.assertIn(str(Path(logs) / "apt.log"), message)

    def test_settings_for_another_odoo_or_database_do_not_leak_in(self):
        foreign = {
            "PGHOST": "production",
            "ODOO_RC": "/etc/odoo.conf",
            "PYTHONPATH": "/opt/odoo",
            "PIP_USER": "1",
            "NO_PROXY": "intranet",
            "PIP_INDEX_URL": "https://mirror.example/simple",
        }
        with mock.patch.dict(os.environ, foreign):
            environment = commands.base_environment()
        for name in ("PGHOST", "ODOO_RC", "PYTHONPATH", "PIP_USER"):
            self.assertNotIn(name, environment)
        self.assertEqual(environment["NO_PROXY"], "intranet,127.0.0.1,localhost")
        self.assertEqual(environment["PIP_INDEX_URL"], "https://mirror.example/simple")
