#!/bin/sh
# Finds a Python that can make virtual environments, then hands over to environment/__main__.py.
# On a bare Debian, root gets the missing packages installed; anybody else is told the command.
set -eu
cd "$(dirname "$0")/.."

missing=""
python3 -c "import ensurepip, venv" 2>/dev/null || missing="python3 python3-venv"
command -v make >/dev/null || missing="$missing make"
if [ -n "$missing" ]; then
    install="apt-get install --yes --no-install-recommends $missing"
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "These system packages are missing: $missing. Install them with:" >&2
        echo "    sudo apt-get update && sudo $install" >&2
        exit 1
    fi
    echo "Installing system packages: $missing"
    log=$(mktemp)
    # one unreachable source of the system is no reason to stop: the installation decides
    apt-get update >"$log" 2>&1 || true
    if ! DEBIAN_FRONTEND=noninteractive $install >>"$log" 2>&1; then
        tail -n 15 "$log" >&2
        echo "apt could not install $missing; its whole output is in $log" >&2
        exit 1
    fi
    rm -f "$log"
fi
exec python3 -m environment "$@"
