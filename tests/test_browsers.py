"""Browsers of the tests begin, whatever else their process does."""

import resource
import subprocess
import unittest
from concurrent import futures

import grpc

from odoo.tests import common


class BrowsersTest(unittest.TestCase):
    def test_none_dies_that_begins_beside_grpc(self):
        server = grpc.server(futures.ThreadPoolExecutor(2))
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        self.addCleanup(lambda: server.stop(None).wait())
        channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.addCleanup(channel.close)
        grpc.channel_ready_future(channel).result(timeout=30)
        for _number in range(500):
            # as Odoo begins one
            subprocess.run(["true"], preexec_fn=common._preexec, check=True)

    def test_they_may_reserve_memory(self):
        self.assertEqual(resource.getrlimit(resource.RLIMIT_AS)[0], resource.RLIM_INFINITY)
