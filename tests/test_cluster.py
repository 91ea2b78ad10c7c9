"""PostgreSQL comes back after whatever happened to it."""

import os
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from environment import paths, postgres, postgres_place


class ClusterTest(unittest.TestCase):
    """A cluster of its own, in a checkout with a long path."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.checkout = Path(temporary.name) / ("long" * 30) / "checkout"
        self.move_to(self.checkout)
        self.addCleanup(postgres.remove)
        postgres.ensure()

    def move_to(self, checkout):
        state = checkout / ".environment"
        state.mkdir(parents=True, exist_ok=True)
        for place, name, value in (
            (paths, "ROOT", checkout),
            (paths, "STATE", state),
            (paths, "LOGS", state / "logs"),
            (postgres_place, "REMEMBERED", state / "postgres.json"),
        ):
            patch = mock.patch.object(place, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def home(self):
        return postgres_place.known_home()

    def server(self):
        return postgres.server_process(self.home())

    def test_it_serves_a_role_that_is_not_its_owner_and_flushes_nothing(self):
        rows = postgres.query("SELECT current_user, current_setting('listen_addresses')")
        self.assertEqual(rows, [["odoo", ""]])
        self.assertEqual(postgres.query("SHOW fsync"), [["off"]])

    def test_a_kill_loses_nothing_that_was_committed(self):
        postgres.query("CREATE DATABASE kept")
        postgres.query("CREATE TABLE numbered (id serial, what text)", database="kept")
        insert = "INSERT INTO numbered (what) VALUES ('x') RETURNING id"
        last = [postgres.query(insert, database="kept") for _again in range(5)][-1]
        os.kill(self.server(), signal.SIGKILL)
        postgres.ensure()
        self.assertEqual(last, postgres.query("SELECT max(id) FROM numbered", database="kept"))
        self.assertGreater(int(postgres.query(insert, database="kept")[0][0]), int(last[0][0]))

    def test_what_a_crash_of_the_machine_left_is_not_trusted(self):
        postgres.query("CREATE DATABASE doubtful")
        os.kill(self.server(), signal.SIGKILL)
        (self.home() / "boot").write_text("another boot\n")
        postgres.ensure()
        self.assertEqual(postgres.query("SELECT 1 FROM pg_database WHERE datname = 'doubtful'"), [])

    def test_after_an_orderly_reboot_all_is_kept(self):
        postgres.query("CREATE DATABASE kept")
        postgres.stop()
        (self.home() / "boot").write_text("another boot\n")
        postgres.ensure()
        self.assertEqual(postgres.query("SELECT 1", database="kept"), [["1"]])

    def test_a_lock_whose_number_another_process_has_by_now_is_ignored(self):
        postgres.stop()
        stranger = subprocess.Popen(["sleep", "60"])
        self.addCleanup(stranger.wait)
        self.addCleanup(stranger.kill)
        lock = self.home() / "data" / "postmaster.pid"
        lock.write_text(f"{stranger.pid}\n{self.home() / 'data'}\n{int(time.time())}\n5432\n")
        postgres.ensure()
        self.assertNotIn(self.server(), (None, stranger.pid))
        self.assertIsNone(stranger.poll())

    def test_a_socket_folder_that_a_reboot_emptied_is_made_anew(self):
        postgres.stop()
        postgres_place.socket_folder().rmdir()
        postgres.ensure()
        self.assertEqual(postgres.query("SELECT 1"), [["1"]])

    def test_removing_it_leaves_nothing_outside_the_checkout(self):
        places = [self.home(), postgres_place.socket_folder()]
        postgres.remove()
        self.assertEqual([place for place in places if place.exists()], [])

    def test_a_copied_checkout_gets_a_cluster_of_its_own_and_a_moved_one_keeps_its(self):
        first = self.home()
        remembered = postgres_place.REMEMBERED.read_text()
        self.move_to(self.checkout.with_name("copy"))
        # only from here it is known in the end
        self.addCleanup(postgres.remove)
        postgres_place.REMEMBERED.write_text(remembered)
        self.assertIsNone(self.home())
        (self.checkout / ".environment" / "postgres.json").unlink()
        self.assertEqual(self.home(), first)
