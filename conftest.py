"""How the tests are collected, and that a test which does not run counts as failed."""

import contextlib
import functools
import sys
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings

# on a busy machine making up input takes long: that says nothing of what is tested
settings.register_profile("exploring", suppress_health_check=[HealthCheck.too_slow], deadline=None)
# the run that decides on a commit answers the same twice: new input is explored on purpose, see
# CONTRIBUTING.md, and what that finds becomes an example
settings.register_profile("steady", settings.get_profile("exploring"), derandomize=True)
settings.load_profile("steady")

# they take longest, so that shared out over processes none of them is begun last
LONGEST = (
    "test_installation",
    "test_access_matrix",
    "test_visitor_tours",
    "test_google_ads_histories",
    "test_google_ads_delivery_codes",
    "test_google_ads_tours",
    "test_shop",
)


def pytest_collect_directory(path, parent):
    """Collect folders as folders: a package's ``__init__`` is imported by Odoo, or not at all.

    Otherwise the tests that need no Odoo would import the add-on above them, which does.
    """
    return pytest.Dir.from_parent(parent, path=path)


def pytest_ignore_collect(collection_path, config):
    """Leave out the tests that need Odoo's other apps, except in the lab, where these are."""
    in_lab = config.getoption("odoo_database", None) == "lab"
    return True if collection_path.name == "apps" and not in_lab else None


def pytest_collection_modifyitems(items):
    """Put what takes longest first."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(scope="session", autouse=True)
def begin_browsers_without_fork():
    """Let Odoo begin browsers by ``vfork()``: by ``fork()``, one in a hundred died beside gRPC.

    Python forks where a function is to run in the child, and there gRPC's own handlers run, too, on
    descriptors that are closed already. Odoo's function lifts a limit that the tests do not set.
    """
    common = sys.modules.get("odoo.tests.common")
    with mock.patch.object(common, "_preexec", None) if common else contextlib.nullcontext():
        yield


@pytest.fixture(scope="session", autouse=True)
def check_a_key_once():
    """Keep private keys that were loaded: a twentieth of a second, for each of many deliveries."""
    from cryptography.hazmat.primitives import serialization

    load = functools.cache(serialization.load_pem_private_key)
    with mock.patch.object(serialization, "load_pem_private_key", load):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn a skip, an expected failure and an unexpected success into a failure."""
    report = yield
    return _refuse_skip(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """Turn a module that skips itself while it is collected into an error."""
    report = yield
    return _refuse_skip(report)


def pytest_sessionfinish(session):
    """Fail the run for what reaches the summary another way, such as a skipped subtest."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and any(reporter.stats.get(kind) for kind in ("skipped", "xfailed", "xpassed")):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _refuse_skip(report):
    expected_failure = getattr(report, "wasxfail", None)
    if report.skipped or expected_failure is not None:
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = (
            f"A test that is skipped or expected to fail, fails: {expected_failure or reason}"
        )
        report.__dict__.pop("wasxfail", None)
    return report
