"""The add-on installs, updates and uninstalls without a trace, with demo data and without."""

import unittest

from environment import database, odoo_source, paths, postgres

ADDON = paths.ADDON.name
SCHEMA = """
SELECT 'column', table_name || '.' || column_name FROM information_schema.columns
 WHERE table_schema = 'public'
UNION ALL SELECT 'index', indexname FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'sequence', sequence_name FROM information_schema.sequences
UNION ALL SELECT 'function', proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""
ROWS = """
SELECT table_name, (xpath('/row/count/text()', query_to_xml(
    format('SELECT count(*) FROM %I', table_name), false, true, '')))[1]::text
  FROM information_schema.tables
 WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
   AND table_name NOT LIKE 'orm_signaling_%'
"""
NAMES = """
SELECT 'model', model FROM ir_model
UNION ALL SELECT 'field', model || '.' || name FROM ir_model_fields
UNION ALL SELECT 'external id', module || '.' || name FROM ir_model_data
 WHERE module IN ('conversion_tracking', 'base', '__export__')
UNION ALL SELECT 'parameter', key FROM ir_config_parameter
UNION ALL SELECT 'attachment', name FROM ir_attachment WHERE url NOT LIKE '/web/assets/%'
"""
# Odoo's own notes of what it did, and the pages' assets it compiles again. Uninstalling any module,
# Odoo keeps the names of its foreign keys on others' tables (ir_model_constraint; sale_crm too) and
# what mixins such as mail.thread note of its models under their own name (ir_model_data).
OWN_NOTES = {
    "bus_bus",
    "ir_attachment",
    "ir_cron_progress",
    "ir_cron_trigger",
    "ir_logging",
    "ir_model_constraint",
    "ir_model_data",
}


class Installation:
    """The life of the add-on in a database of one kind."""

    kind = None

    def setUp(self):
        self.odoo = odoo_source.ensure()
        self.database = f"installation_{self.kind}"
        database.clone(database.template(self.odoo, self.kind), self.database)
        self.addCleanup(database.drop, self.database)

    def test_installs_updates_and_uninstalls_without_a_trace(self):
        before = self.footprint()
        self.assert_quiet(database.install(self.odoo, self.database, [ADDON]))
        installed = self.footprint()
        self.assertTrue(
            any(name.startswith(f"{ADDON}.") for kind, name in installed if kind == "external id"),
            "Nothing of the add-on is in the database: the test proves nothing.",
        )

        self.assert_quiet(database.update(self.odoo, self.database, ADDON))
        self.assert_same(installed, self.footprint(), "an update")

        self.set_parameters()
        self.assert_quiet(database.uninstall(self.odoo, self.database, ADDON))
        self.assertEqual(database.state(self.database, ADDON), "uninstalled")
        self.assert_same(before, self.footprint(), "the uninstallation")

        self.assert_quiet(database.install(self.odoo, self.database, [ADDON]))
        self.assert_same(installed, self.footprint(), "the second installation")

    def set_parameters(self):
        """What somebody set while the add-on was there."""
        keys = "VALUES ('journey_days'), ('error_days'), ('revenue_basis'), ('copy_id'), "
        keys += "('google_ads_endpoint'), ('data_manager_endpoint')"
        postgres.query(
            "INSERT INTO ir_config_parameter (key, value)"
            f" SELECT '{ADDON}.' || name, '1' FROM ({keys}) AS setting (name) RETURNING id",
            database=self.database,
        )

    def footprint(self):
        """What there is in the database: its tables, its named records, and how many rows."""
        found = {
            tuple(row)
            for statement in (SCHEMA, NAMES)
            for row in postgres.query(statement, database=self.database)
        }
        # records without a name show by their number
        rows = postgres.query(ROWS, database=self.database)
        found |= {("rows", f"{table}: {count}") for table, count in rows if table not in OWN_NOTES}
        return found

    def assert_quiet(self, problems):
        """Odoo logged no warning and no error."""
        self.assertFalse(problems, "\n".join(["Odoo logged:", *problems]))

    def assert_same(self, expected, found, what):
        """Nothing was left behind and nothing got lost."""
        self.assertEqual(sorted(found - expected), [], f"left behind by {what}")
        self.assertEqual(sorted(expected - found), [], f"missing after {what}")


class TestPlainInstallation(Installation, unittest.TestCase):
    """In a database without demo data."""

    kind = "plain"


class TestDemoInstallation(Installation, unittest.TestCase):
    """In a database with demo data."""

    kind = "demo"
