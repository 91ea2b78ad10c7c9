"""Background programs are ended wholly, and nobody else's program is."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from environment import paths, processes
from environment.console import Problem


class BackgroundProcessTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.state = Path(temporary.name)
        for name in ("LOGS", "RUN"):
            folder = mock.patch.object(paths, name, self.state)
            folder.start()
            self.addCleanup(folder.stop)

    def start(self, code):
        program = processes.BackgroundProcess("program")
        program.start([sys.executable, "-c", code], env=dict(os.environ))
        self.addCleanup(program.stop)
        return program

    def test_a_later_command_finds_and_stops_what_an_earlier_one_started(self):
        self.start("import time; time.sleep(60)")
        later = processes.BackgroundProcess("program")
        self.assertTrue(later.running())
        self.assertTrue(later.stop())
        self.assertFalse(later.running())
        self.assertFalse(later.stop())

    def test_a_process_that_only_has_the_same_number_is_left_alone(self):
        stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        self.addCleanup(stranger.wait)
        self.addCleanup(stranger.kill)
        record = {"process": stranger.pid, "started": "1"}
        (self.state / "program.json").write_text(json.dumps(record))
        self.assertFalse(processes.BackgroundProcess("program").stop())
        self.assertIsNone(stranger.poll())

    def test_a_program_that_ends_at_once_shows_the_end_of_its_log(self):
        program = self.start("import sys; sys.exit('cannot open the database')")
        with self.assertRaisesRegex(Problem, r"Odoo ended at once\.\n +cannot open the database"):
            program.wait_until(lambda: False, seconds=30, what="Odoo")

    def test_a_program_that_does_not_end_by_itself_is_made_to(self):
        program = self.start(
            "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
            "print('deaf', flush=True); time.sleep(60)"
        )
        program.wait_until(lambda: "deaf" in program.log.read_text(), seconds=30, what="It")
        with mock.patch.object(processes, "STOP_SECONDS", 0.5):
            self.assertTrue(program.stop())
        self.assertFalse(program.running())
