"""Folders that are built once and kept: each carries the key of what it was made from.

A folder is built under another name and renamed when complete, so that an interruption
(Ctrl-C, no disk space, power) leaves nothing that looks finished.
"""

import contextlib
import hashlib
import shutil

from . import paths
from .console import Problem

KEY_FILE = ".key"


def key_of(*parts):
    """A short key that changes when any of the parts (text, bytes, or files by path) changes."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if hasattr(part, "read_bytes") else part
        content = content if isinstance(content, bytes) else str(content).encode()
        digest.update(b"%d:" % len(content) + content)
    return digest.hexdigest()[:16]


def is_built(folder, key):
    """Whether the folder is complete and made from what ``key`` stands for."""
    try:
        return (folder / KEY_FILE).read_text() == key
    except (FileNotFoundError, NotADirectoryError):
        return False


@contextlib.contextmanager
def building(folder, key):
    """Give an empty folder to fill; at the end it takes the place of ``folder``."""
    partial = folder.with_name(folder.name + ".partial")
    discard(partial)
    partial.mkdir(parents=True)
    try:
        yield partial
        (partial / KEY_FILE).write_text(key)
        discard(folder)
        partial.rename(folder)
    finally:
        discard(partial)


def discard(folder):
    """Remove a folder and all it holds, if it is there."""
    if folder.exists():
        shutil.rmtree(folder)


def require_space(gigabytes, purpose):
    """Stop before a big step that the disk cannot hold."""
    paths.STATE.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(paths.STATE).free / 1e9
    if free < gigabytes:
        raise Problem(
            f"{purpose} needs {gigabytes:.1f} GB, but only {free:.1f} GB are free where"
            f" {paths.STATE} is. Free some space, or move the checkout to a larger disk."
        )
