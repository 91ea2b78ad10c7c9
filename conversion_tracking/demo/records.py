"""What the writers of the demonstration's records have in common."""

from odoo.tools import SQL

STAGES = {"new": "crm.stage_lead1", "qualified": "crm.stage_lead2"}
STAGES |= {"quoted": "crm.stage_lead3", "won": "crm.stage_lead4"}


class Records:
    """Writes records that have external ids, so that uninstalling the add-on takes them away.

    :param env: of the superuser
    :param now: the moment of telling, in UTC without a time zone
    """

    def __init__(self, env, now):
        # nothing of it is news to anybody
        self.env = env(context={**env.context, "tracking_disable": True})
        self.now = now

    def _load(self, model, name, vals_list):
        """Create records with external ids, as data files do."""
        return self.env[model]._load_records(
            [
                {**data, "values": vals}
                for data, vals in zip(
                    self._make_names(name, len(vals_list)), vals_list, strict=True
                )
            ]
        )

    def name_records(self, name, records):
        """Give external ids to records that Odoo made."""
        pairs = zip(self._make_names(name, len(records)), records, strict=True)
        self.env["ir.model.data"]._update_xmlids([{**data, "record": one} for data, one in pairs])

    def _make_names(self, name, count):
        return [
            {"xml_id": f"conversion_tracking.demo_{name}_{number}", "noupdate": True}
            for number in range(count)
        ]

    def _get_id(self, name):
        """A record's id, where this database has it: some are demonstration data of Odoo's."""
        names = self.env["ir.model.data"]
        return names._xmlid_to_res_id(name, raise_if_not_found=False)

    def _date_back(self, records, moments):
        """Say when records were created: Odoo takes that from nobody, except while it starts."""
        records.flush_recordset()
        rows = zip(records.ids, moments, strict=True)
        query = SQL(
            "UPDATE %(table)s SET create_date = told.at"
            " FROM (VALUES %(rows)s) AS told (id, at) WHERE told.id = %(table)s.id",
            table=SQL.identifier(records._table),
            rows=SQL(", ").join(SQL("(%s, %s::timestamp)", *row) for row in rows),
        )
        self.env.cr.execute(query)
        records.invalidate_recordset(["create_date"])
        records.modified(["create_date"])

    def _get_path(self, lead):
        """The stages that a lead went through, ``[(since when, stage), ...]``."""
        moments = {
            "new": lead.created,
            "qualified": lead.qualified,
            "quoted": lead.quoted,
            "won": lead.closed if lead.state == "won" else None,
        }
        return [(at, self.env.ref(STAGES[name])) for name, at in moments.items() if at]
