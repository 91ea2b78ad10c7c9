"""Odoo's databases: templates built once, cloned in a second.

=================  ==========================================================================
``template_plain``  the modules the add-on depends on, no demo data
``template_demo``   the same with demo data; built only when needed
``template_apps``   ``template_plain`` with the apps of Odoo that visitors meet, for the lab
``built_plain``     ``template_plain`` with the add-on installed, for the tests
``built_demo``      ``template_demo`` with the add-on installed, for the demonstration
``built_apps``      ``template_apps`` with the add-on installed, for the tests of the lab
=================  ==========================================================================

Each carries, as its comment, the key of what it was made from. It is made under another name and
renamed when complete.
"""

import concurrent.futures
import functools
import os
import shutil
import time

from . import cache, launch, paths, postgres, virtualenv
from .console import Problem, step

MODULES = ("website_crm", "sale_crm", "link_tracker")
# with them Odoo installs what joins them: event_crm, survey_crm, website_event_sale, ...
APPS = ("website_sale", "website_event", "survey", "website_mass_mailing", "crm_livechat")
DROP_TRIES = 20
# compiles the pages' style sheets and scripts once, instead of anew for each test in a browser;
# Odoo's own JavaScript tests, which nothing here opens, would take most of the time
PREPARE = """
unused = {
    "web.assets_unit_tests",
    "web.assets_unit_tests_setup",
    "web.tests_assets",
    "web.assets_web_dark",
}
qweb = env["ir.qweb"]
scripts, styles = qweb._get_bundles_to_pregenarate()
for bundle in sorted(scripts - unused):
    qweb._get_asset_bundle(bundle, css=False, js=True).js()
for bundle in sorted(styles - unused):
    qweb._get_asset_bundle(bundle, css=True, js=False).css()
env.cr.commit()
"""


def template(odoo, kind):
    """Make sure the template of a kind (``plain``, ``demo`` or ``apps``) is there.

    :return: its name
    """
    name = f"template_{kind}"
    if kind == "apps":
        return _template_apps(odoo, name)
    key = cache.key_of(odoo.key, virtualenv.REQUIREMENTS[0], *MODULES, PREPARE)
    if _key(name) != key:
        cache.require_space(1, f"The database {name}")
        with step(f"Building the database {name} (about a minute)"):
            _build(odoo, name, key, MODULES, demo=kind == "demo")
    return name


def _template_apps(odoo, name):
    origin = template(odoo, "plain")
    key = cache.key_of(_key(origin), *APPS)
    if _key(name) != key:
        cache.require_space(1, f"The database {name}")
        with step(f"Building the database {name} (about two minutes)"):
            # nobody opens its pages before the add-on is there, and compiles them anew
            _build(odoo, name, key, APPS, origin=origin, compiled=False)
    return name


def with_addon(odoo, kind):
    """Make sure the database of a kind with the add-on as it is now is there.

    :return: its name
    :raise Problem: the add-on is not there or does not install
    """
    name, origin = f"built_{kind}", template(odoo, kind)
    if not (paths.ADDON / "__manifest__.py").exists():
        raise Problem(f"There is no add-on in {paths.ADDON}: it has no __manifest__.py.")
    key = cache.key_of(_key(origin), addon_key())
    if _key(name) != key:
        with step(f"Installing {paths.ADDON.name} on a clone of {origin}"):
            _build(odoo, name, key, (paths.ADDON.name,), origin=origin)
    return name


def with_addon_each(odoo, *kinds):
    """The same for several kinds at once: Odoo installs with one core."""
    for kind in kinds:
        template(odoo, kind)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(functools.partial(with_addon, odoo), kinds))


def addon_key():
    """A key of the add-on's files but those that need no installation, such as its tests."""
    parts = []
    for folder, folders, files in os.walk(paths.ADDON):
        folders[:] = sorted(set(folders) - {"__pycache__", "tests", "readme"})
        # the template of translations is for translators only: Odoo does not read it
        for file in sorted(one for one in files if not one.endswith(".pot")):
            path = paths.ADDON.joinpath(folder, file)
            parts += [str(path.relative_to(paths.ADDON)), path]
    return cache.key_of(*parts)


def install(odoo, name, modules, *, demo=False):
    """Install modules in a database, which is created when it is not there.

    :param demo: with demo data, in a new database; later, modules follow what the database has
    :return: the warning and error lines Odoo logged
    :raise Problem: when a module is not installed in the end
    """
    problems = launch.run(
        odoo,
        f"--database={name}",
        f"--init={','.join(modules)}",
        "--stop-after-init",
        *(["--with-demo"] if demo else []),
        what=f"Installing {', '.join(modules)}",
        log=f"install_{name}",
    )
    failed = [module for module in modules if state(name, module) != "installed"]
    if failed:
        details = "\n".join(problems)
        raise Problem(f"Odoo did not install {', '.join(failed)}.\n{details}")
    return problems


def update(odoo, name, module):
    """Update a module in a database, as after an upgrade of its files.

    :return: the warning and error lines Odoo logged
    """
    return launch.run(
        odoo,
        f"--database={name}",
        f"--update={module}",
        "--stop-after-init",
        what=f"Updating {module}",
        log=f"update_{name}",
    )


def uninstall(odoo, name, module):
    """Uninstall a module from a database, as the button in Apps does.

    :return: the warning and error lines Odoo logged
    """
    return launch.script(
        odoo,
        name,
        f'env["ir.module.module"].search([("name", "=", "{module}")]).button_immediate_uninstall()',
        what=f"Uninstalling {module}",
        log=f"uninstall_{name}",
    )


def state(name, module):
    """The state of a module in a database, as Odoo calls it; ``None`` when it is unknown there."""
    rows = postgres.query(
        f"SELECT state FROM ir_module_module WHERE name = '{module}'", database=name
    )
    return rows[0][0] if rows else None


def clone(origin, name):
    """Copy a database and its files; an older copy of that name is dropped."""
    drop(name)
    if (paths.FILESTORE / origin).exists():
        # files are only ever added and removed, never changed in place: links will do as copies
        shutil.copytree(paths.FILESTORE / origin, paths.FILESTORE / name, copy_function=os.link)
    postgres.query(f'CREATE DATABASE "{name}" TEMPLATE "{origin}"')


def keep(odoo, origin, name):
    """Make sure there is a copy of a database under that name, with the add-on as it is now.

    A copy that was there keeps its records: the add-on in it is updated when its files changed.
    """
    key = addon_key()
    if not exists(name):
        clone(origin, name)
    elif _key(name) != key:
        with step(f"Updating {paths.ADDON.name} in {name}"):
            update(odoo, name, paths.ADDON.name)
    postgres.query(f"COMMENT ON DATABASE \"{name}\" IS '{key}'")


def drop(name):
    """Drop a database and its files, if they are there, also while somebody is connected.

    PostgreSQL's own cleaning of a database cannot be ended by us: it is waited for.
    """
    for left in reversed(range(DROP_TRIES)):
        try:
            postgres.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        except Problem:
            if not left:
                raise
            time.sleep(1)
        else:
            break
    cache.discard(paths.FILESTORE / name)


def exists(name):
    """Whether there is a database of that name."""
    return bool(postgres.query(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def _key(name):
    rows = postgres.query(
        f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{name}'"
    )
    return rows[0][0] if rows else None


def _build(odoo, name, key, modules, *, demo=False, origin=None, compiled=True):
    building = f"{name}_building"
    drop(building)
    try:
        if origin:
            clone(origin, building)
        install(odoo, building, modules, demo=demo)
        if compiled:
            launch.script(
                odoo,
                building,
                PREPARE,
                what=f"Compiling the pages' assets of {name}",
                log=f"assets_{name}",
            )
        drop(name)
        if (paths.FILESTORE / building).exists():
            (paths.FILESTORE / building).rename(paths.FILESTORE / name)
        postgres.query(
            f'ALTER DATABASE "{building}" RENAME TO "{name}";'
            f"COMMENT ON DATABASE \"{name}\" IS '{key}'"
        )
    finally:
        drop(building)
