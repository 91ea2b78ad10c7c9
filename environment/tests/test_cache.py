"""What is built is complete, or not there."""

import errno
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from environment import __main__ as commands
from environment import cache
from environment.console import Problem


class CacheTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.parent = Path(temporary.name)
        self.folder = self.parent / "odoo"

    def build(self, key, content="whole"):
        with cache.building(self.folder, key) as partial:
            (partial / "file").write_text(content)

    def test_a_complete_folder_is_found_again_by_its_key_only(self):
        self.assertFalse(cache.is_built(self.folder, "one"))
        self.build("one")
        self.assertTrue(cache.is_built(self.folder, "one"))
        self.assertFalse(cache.is_built(self.folder, "two"))

    def test_an_interruption_leaves_nothing_half_made_and_the_old_one_whole(self):
        self.build("one", "old")
        with (
            self.assertRaises(KeyboardInterrupt),
            cache.building(self.folder, "two") as partial,
        ):
            (partial / "file").write_text("ne")
            raise KeyboardInterrupt
        self.assertEqual((self.folder / "file").read_text(), "old")
        self.assertTrue(cache.is_built(self.folder, "one"))
        self.assertEqual([path.name for path in self.parent.iterdir()], ["odoo"])

    def test_what_a_killed_run_left_is_not_built_upon(self):
        left = self.parent / "odoo.partial"
        left.mkdir()
        (left / "half a file").write_text("ha")
        self.build("one")
        self.assertEqual(
            sorted(path.name for path in self.folder.iterdir()), [cache.KEY_FILE, "file"]
        )

    def test_a_key_changes_with_every_part_and_with_where_parts_end(self):
        file = self.parent / "pins"
        file.write_text("a==1")
        first = cache.key_of("19.0", file)
        file.write_text("a==2")
        self.assertNotEqual(cache.key_of("19.0", file), first)
        self.assertNotEqual(cache.key_of("ab", "c"), cache.key_of("a", "bc"))


class SpaceTest(unittest.TestCase):
    def test_too_little_space_is_said_before_the_step_begins(self):
        with (
            mock.patch.object(cache.shutil, "disk_usage", return_value=mock.Mock(free=300e6)),
            self.assertRaisesRegex(Problem, r"Unpacking Odoo needs 2\.0 GB, but only 0\.3 GB"),
        ):
            cache.require_space(2, "Unpacking Odoo")

    def test_a_disk_that_fills_up_on_the_way_is_reported_in_words(self):
        full = mock.Mock(side_effect=OSError(errno.ENOSPC, "No space left on device"))
        with (
            mock.patch.dict(commands.COMMANDS, {"up": full}),
            mock.patch.object(commands.sys, "argv", ["environment", "up"]),
            mock.patch.object(commands.sys, "stderr") as stderr,
        ):
            self.assertEqual(commands.main(), 1)
        printed = "".join(call.args[0] for call in stderr.write.call_args_list)
        self.assertIn("The disk is full", printed)
