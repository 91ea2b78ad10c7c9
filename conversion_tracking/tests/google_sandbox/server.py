"""The HTTPS server: tokens, Data Manager API and the control interface."""

import contextlib
import json
import socket
import ssl
import struct
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from .web import Answer, Request, json_answer

_LARGEST_BODY = 64 * 1024 * 1024
_ROUTES = {
    ("POST", "/token"): ("oauth", "token"),
    ("POST", "/revoke"): ("oauth", "revoke"),
    ("GET", "/o/oauth2/v2/auth"): ("oauth", "consent"),
    ("POST", "/v1/events:ingest"): ("data_manager", "ingest"),
    ("GET", "/v1/requestStatus:retrieve"): ("data_manager", "status"),
}


class _ConnectionLost(Exception):
    """The connection must end without another byte."""


class HttpsServer(ThreadingHTTPServer):
    """Serves one sandbox on 127.0.0.1, one thread a connection."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port, certificate_path):
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate_path)
        self.sandbox = None
        super().__init__(("127.0.0.1", port), _Handler)

    def finish_request(self, request, client_address):
        """Greet in the connection's own thread, so that a silent client blocks nobody."""
        request.settimeout(600)
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Clients come and go as they like; neither their end nor an injected one is news.
        with (
            contextlib.suppress(OSError, _ConnectionLost),
            self._tls.wrap_socket(request, server_side=True) as connection,
        ):
            _Handler(connection, client_address, self)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_version = "GoogleSandbox"

    def log_message(self, *args):
        """Keep quiet: requests are in the journal."""

    def do_GET(self):
        """Answer a GET request."""
        self._handle()

    def do_POST(self):
        """Answer a POST request."""
        self._handle()

    def _handle(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LARGEST_BODY:
            self._send(json_answer({"error": {"code": 413}}, status=413))
            return
        address = urlsplit(self.path)
        request = Request(
            method=self.command,
            target=self.path,
            path=address.path,
            query=parse_qs(address.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        if address.path.startswith("/sandbox"):
            self._send(self._control(request))
            return
        route = _ROUTES.get((self.command, address.path))
        if route is None:
            self._send(json_answer({"error": {"code": 404, "status": "NOT_FOUND"}}, status=404))
            return
        self._serve(*route, request)

    def _serve(self, api, method, request):
        """Answer an API call, carrying out the injected fault if there is one."""
        sandbox = self.server.sandbox
        with sandbox.lock:
            sandbox.note(api, method, self.headers.items(), request.body or self.path.encode())
            fault = sandbox.faults.take(api, method)
        kind = fault.kind if fault else None
        if kind == "drop_before":
            self._lose_connection()
        accept = not fault or fault.options.get("accept", True)
        if kind == "hang" and not accept:
            time.sleep(fault.options.get("seconds", 30))
            self._lose_connection()
        with sandbox.lock:
            if kind == "expire_token":
                sandbox.tokens.expire(request.headers.get("authorization"))
            answer = self._answer(api, method, request, fault)
        if kind == "hang":
            time.sleep(fault.options.get("seconds", 30))
        elif kind == "drop_after":
            self._lose_connection()
        self._send(answer, truncated=kind == "truncate")

    def _answer(self, api, method, request, fault):
        sandbox = self.server.sandbox
        injected = fault if fault and fault.kind in ("status", "error") else None
        if api == "data_manager":
            return sandbox.data_manager.answer(method, request, injected)
        if injected:
            error = {"error": injected.options["code"], "error_description": "Injected."}
            status = injected.options["code"] if injected.kind == "status" else 400
            return json_answer(error, status=status)
        return getattr(sandbox.oauth, method)(request)

    def _control(self, request):
        """Carry out ``POST /sandbox/COMMAND`` with a JSON object of arguments."""
        sandbox = self.server.sandbox
        name = request.path.removeprefix("/sandbox").strip("/") or "now"
        command = getattr(sandbox, f"command_{name}", None)
        if command is None:
            return json_answer({"error": f"no command {name!r}"}, status=404)
        try:
            with sandbox.lock:
                result = command(**json.loads(request.body or b"{}"))
                return json_answer({"result": result})
        except (KeyError, TypeError, ValueError) as error:
            return json_answer({"error": f"{type(error).__name__}: {error}"}, status=400)

    def _send(self, answer: Answer, *, truncated=False):
        self.send_response_only(answer.status)
        self.send_header("Date", self.date_time_string())
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        # One write for head and body: two would wait for each other's acknowledgement.
        self._headers_buffer.append(b"\r\n")
        whole = b"".join(self._headers_buffer) + answer.body
        self._headers_buffer = []
        if truncated:
            self.wfile.write(whole[: len(whole) - max(1, len(answer.body) // 2)])
            self._lose_connection()
        self.wfile.write(whole)

    def _lose_connection(self):
        """Reset the connection, as a broken network does."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        raise _ConnectionLost
