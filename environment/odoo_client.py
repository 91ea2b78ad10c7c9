"""Calls Odoo from outside, as another program would."""

import json
import urllib.request

from . import paths
from .console import Problem

ADMINISTRATOR = 2


class OdooClient:
    """One database of a running Odoo, seen by its administrator.

    :param url: of the server
    :param password: the administrator's
    """

    def __init__(self, url, database, password):
        self._url = f"{url}/jsonrpc"
        self._user = (database, ADMINISTRATOR, password)
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, model, method, *arguments, **options):
        """What a method of a model returns.

        :raise Problem: Odoo refused
        """
        params = {
            "service": "object",
            "method": "execute_kw",
            "args": [*self._user, model, method, arguments, options],
        }
        request = urllib.request.Request(
            self._url,
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with self._opener.open(request, timeout=300) as response:
            answer = json.load(response)
        if error := answer.get("error"):
            raise Problem(f"Odoo refused {model}.{method}:\n{error['data']['debug']}")
        return answer.get("result")

    def run_job(self, name):
        """Run a scheduled job of the add-on now."""
        [record] = self.call(
            "ir.model.data",
            "search_read",
            [("module", "=", paths.ADDON.name), ("name", "=", name)],
            fields=["res_id"],
        )
        self.call("ir.cron", "method_direct_trigger", [record["res_id"]])
