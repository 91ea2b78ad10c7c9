"""Visitors who send a form in the same moment all get their answer, and one campaign is made."""

import json
import socket
import threading
import unittest
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from urllib.parse import urlencode

from environment import database, odoo_source, postgres
from environment.server import OdooServer

DATABASE = "forms_at_once"
VISITORS = 8
# What no visitor brought before: three records for each.
LINK = "/?utm_source=At%20once&utm_medium=Together&utm_campaign=Suddenly"


class FormsAtOnceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        database.clone(database.with_addon(odoo_source.ensure(), "plain"), DATABASE)
        cls.addClassCleanup(database.drop, DATABASE)
        cls.server = OdooServer(DATABASE, free_port(), name="forms_at_once")
        cls.addClassCleanup(cls.server.stop)
        cls.server.start()
        # a name without a dot gets no cookies of core's, which name their host
        cls.url = cls.server.url.replace("localhost", "127.0.0.1")

    def visitor(self, links):
        """A browser that has followed these links."""
        handlers = urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        browser = urllib.request.build_opener(*handlers)
        browser.addheaders = [("User-Agent", "Mozilla/5.0 Firefox/140.0")]
        for link in links:
            browser.open(self.url + link, timeout=60).close()
        return browser

    def send_together(self, journeys):
        """Answers to the form of visitors who followed these links and all send it at once."""
        browsers = [self.visitor(links) for links in journeys]
        start = threading.Barrier(len(browsers))

        def send(number):
            form = {
                "name": f"Question {number}",
                "contact_name": f"Ann {number}",
                "email_from": f"ann{number}@example.com",
            }
            start.wait()
            url = f"{self.url}/website/form/crm.lead"
            with browsers[number].open(url, urlencode(form).encode(), timeout=120) as answer:
                return json.load(answer)

        with ThreadPoolExecutor(len(browsers)) as pool:
            return list(pool.map(send, range(len(browsers))))

    def test_many_new_names_each_in_another_order(self):
        """Whoever waits for one name has made another that somebody waits for."""
        links = [
            f"/?utm_source=S{number}&utm_medium=cpc&utm_campaign=Turn{number}"
            for number in range(VISITORS)
        ]
        journeys = [links[start:] + links[:start] for start in range(VISITORS)]
        answers = self.send_together(journeys)
        self.assertEqual(len({answer["id"] for answer in answers}), VISITORS)
        self.assertEqual(self.count("utm_campaign", "Turn"), VISITORS)

    def test_one_new_campaign_of_known_sources(self):
        links = ["/?utm_source=google&utm_medium=cpc&utm_campaign=Only"]
        answers = self.send_together([links] * VISITORS)
        self.assertEqual(len({answer["id"] for answer in answers}), VISITORS)
        self.assertEqual(self.count("utm_campaign", "Only"), 1)

    def count(self, table, name):
        query = f"SELECT count(*) FROM {table} WHERE name ILIKE '{name}%'"
        return int(postgres.query(query, database=DATABASE)[0][0])

    def test_one_new_campaign_of_many_forms(self):
        answers = self.send_together([[LINK]] * VISITORS)
        self.assertEqual(len({answer["id"] for answer in answers}), VISITORS)
        for table, name in (
            ("utm_source", "At once"),
            ("utm_medium", "Together"),
            ("utm_campaign", "Suddenly"),
        ):
            with self.subTest(table):
                self.assertEqual(self.count(table, name), 1)
        [[leads]] = postgres.query(
            "SELECT count(*) FROM crm_lead JOIN utm_campaign c ON c.id = campaign_id"
            " WHERE c.name = 'Suddenly'",
            database=DATABASE,
        )
        self.assertEqual(int(leads), VISITORS)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    unittest.main()
