"""What happens in the demonstration: Odoo is started and left running."""

import sys

from . import demo
from .console import Problem, say
from .server import OdooServer


def main():
    """Start Odoo.

    :return: the exit status
    """
    server = OdooServer(demo.DATABASE)
    try:
        server.start()
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    say(f"Odoo runs at {server.url} (login admin, password admin)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
