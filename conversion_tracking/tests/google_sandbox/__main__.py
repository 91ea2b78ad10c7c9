"""Run the sandbox alone: ``python -m google_sandbox --directory DIR``.

Prints one JSON line with its addresses, then serves until SIGTERM, or until the process
that started it, or ``--watch`` names, has gone (unless ``--keep-running``).
"""

import argparse
import json
import os
import shutil
import signal
import sys
import threading
from pathlib import Path

from .certificates import ensure_certificates, ensure_service_account
from .sandbox import GoogleSandbox
from .server import HttpsServer
from .world import load_state


def main():
    """Start the servers and wait for the end."""
    options = _arguments()
    directory = Path(options.directory)
    directory.mkdir(parents=True, exist_ok=True)
    state = load_state(options.state)
    key, certificate = ensure_certificates(directory)
    https = HttpsServer(options.https_port, directory / "server.pem")
    base = f"https://127.0.0.1:{https.server_port}"
    addresses = {
        "data_manager_endpoint": base,
        "token_uri": f"{base}/token",
        "auth_uri": f"{base}/o/oauth2/v2/auth",
        "ca": str((directory / "ca.pem").resolve()),
        "service_account": str((directory / "service_account.json").resolve()),
        "control": f"{base}/sandbox",
        "pid": os.getpid(),
    }
    service_account = ensure_service_account(
        directory,
        email=_service_account_email(state),
        project_id=state["project"]["id"],
        token_uri=addresses["token_uri"],
    )
    sandbox = GoogleSandbox(state, addresses, service_account)
    https.sandbox = sandbox

    # Imported here: Google's Ads library takes a second, and a wrong argument should not.
    from .ads_server import start_ads_server

    ads, ads_port = start_ads_server(sandbox, options.ads_port, key, certificate)
    addresses["google_ads_endpoint"] = f"127.0.0.1:{ads_port}"
    threading.Thread(target=https.serve_forever, daemon=True).start()

    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    sys.stdout.write(json.dumps(addresses) + "\n")
    sys.stdout.flush()
    while not ended.wait(0.5):
        if not options.keep_running and not _is_alive(options.watch):
            break
    ads.stop(grace=None)
    if options.temporary:
        shutil.rmtree(directory, ignore_errors=True)


def _arguments():
    parser = argparse.ArgumentParser(prog="google_sandbox", description=__doc__)
    parser.add_argument("--directory", required=True, help="where keys and certificates go")
    parser.add_argument("--state", help="JSON file with the world; default: built in")
    parser.add_argument("--ads-port", type=int, default=0, help="gRPC port; default: any")
    parser.add_argument("--https-port", type=int, default=0, help="HTTPS port; default: any")
    parser.add_argument(
        "--keep-running", action="store_true", help="do not end with the parent process"
    )
    parser.add_argument(
        "--watch",
        type=int,
        default=os.getppid(),
        metavar="PID",
        help="end when this process has gone; default: the parent",
    )
    parser.add_argument("--temporary", action="store_true", help="delete the directory at the end")
    return parser.parse_args()


def _is_alive(process):
    try:
        os.kill(process, 0)
    except PermissionError:
        return True  # it lives, as another user's
    except ProcessLookupError:
        return False
    return True


def _service_account_email(state):
    return next(
        email
        for email, identity in state["identities"].items()
        if identity["kind"] == "service_account"
    )


if __name__ == "__main__":
    main()
