"""A port that cannot be used is named, and how to choose another."""

import os
import socket
import unittest
from unittest import mock

from environment import server
from environment.console import Problem


class PortTest(unittest.TestCase):
    def test_a_port_in_use_is_named_with_the_way_to_choose_another(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            with self.assertRaisesRegex(Problem, f"Port {port} .*\n.*PORT={port + 1}"):
                server.require_port(port)
        server.require_port(port)

    def test_only_a_port_number_is_taken(self):
        for named in ("web", "0", "65536", "-1", "80.5"):
            with (
                self.subTest(named=named),
                mock.patch.dict(os.environ, {"PORT": named}),
                self.assertRaisesRegex(Problem, f"PORT={named} is not a port"),
            ):
                server.wanted_port()

    def test_without_a_choice_it_is_odoos_own_port(self):
        with mock.patch.dict(os.environ):
            os.environ.pop("PORT", None)
            self.assertEqual(server.wanted_port(), 8069)
