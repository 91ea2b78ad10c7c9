"""Writes the template of the add-on's translations: all its texts, for those who translate them.

Odoo exports them out of a database in which the add-on is installed as it is now, without
demonstration data. Made twice of the same files, it is the same file.
"""

from . import build, database, launch, paths
from .console import say, step

TEMPLATE = paths.ADDON / "i18n" / f"{paths.ADDON.name}.pot"
# Odoo's own heading says when it was exported and by which build: it would change by itself.
EXPORT = """
import io
import polib
from odoo.tools.translate import trans_export
exported = io.BytesIO()
trans_export(None, [{module!r}], exported, "po", env)
template = polib.pofile(exported.getvalue().decode())
template.header = "Texts of {module}, written by: make translations"
template.metadata = {{
    "Project-Id-Version": {module!r},
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}}
template.save({path!r})
"""


def write(odoo):
    """Write the template anew.

    :raise Problem: the add-on does not install, or Odoo does not export it
    """
    with build.alone("databases"):
        name = database.with_addon(odoo, "plain")
    TEMPLATE.parent.mkdir(exist_ok=True)
    with step("Exporting the texts to be translated"):
        launch.script(
            odoo,
            name,
            EXPORT.format(module=paths.ADDON.name, path=str(TEMPLATE)),
            what="Exporting the texts to be translated",
            log="translations",
        )
    say(f"Written: {TEMPLATE.relative_to(paths.ROOT)}")
