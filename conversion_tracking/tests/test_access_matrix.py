"""Who may do what: every role, model, field and operation, as a table that people can read."""

from contextlib import suppress
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.models import LOG_ACCESS_COLUMNS
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.conversion_guard_mixin import MODULE, is_kept
from .access_case import ROLES, AccessCase
from .google_case import ACTIONS

TABLE = Path(__file__).parents[1] / "readme" / "access_matrix.md"
QUIET = (
    "odoo.sql_db",
    "odoo.models",
    "odoo.orm.models",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
    "odoo.models.unlink",
)
OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
NOTHING = "-"
OWN_MODELS = (
    *("conversion.", "google.ads.", "campaign.", "utm.campaign.cost"),
    *("utm.naming.rule", "utm.alias"),
)
REPORTS = (
    "google.ads.comparison",
    "google.ads.coverage",
    "google.ads.keyword.report",
    "campaign.roi.report",
    "campaign.response.report",
    "conversion.credit.report",
    "conversion.deal.report",
)
# What is searched for in a field of a type; 1 in all others.
SOUGHT = {
    **dict.fromkeys(("char", "text", "html", "selection"), "1"),
    **dict.fromkeys(("date", "datetime"), "2026-01-01"),
}
# Odoo's own fields of every model.
MAGIC = ("id", "display_name", *LOG_ACCESS_COLUMNS)
HEAD = """# Access matrix: who may do what

Made by `tests/test_access_matrix.py`, which tries everything and compares it with this page. When
you mean a change, delete this file, run the test and read the difference.

**r** read, **w** write, **c** create, **d** delete; **-** nothing. Each user has one role and the
roles that it implies; every role but *public* and *portal* is an employee. The system (jobs, and
our own code where it records what happened) may do everything. A *system administrator* of Odoo
has the role *administrator*, too, and the credentials of accounts on top.
"""
RECORDS = """
## Records

*Own*: of a lead that the user is the salesperson of. *Of a colleague*: of a colleague's lead.
*Of another company*: of a company that the user is not in.
"""
FIELDS = """
## Fields

**r**: read, exported, searched, sorted, grouped and aggregated by, and shown in a form that is
being edited (*onchange*); never only some of these, except that nobody exports credentials.
**w**: written; **c**: given, imported, set by a default or taken by a form that is not saved yet
when a record is created. All of it on records that the user may read, write or create at all: of
their own, in their company.
"""


@tagged("post_install", "-at_install")
class TestAccessMatrix(AccessCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.colleague = cls.env.ref("base.user_admin")
        cls.colleague.company_ids |= cls.other_company
        cls.campaign = cls.env["utm.campaign"].create({"title": "Solar", "name": "Solar"})
        cls.kinds = {
            "own": cls._make_records("own", cls.company),
            "of a colleague": cls._make_records("colleague", cls.company),
            "of another company": cls._make_records("foreign", cls.other_company),
        }
        cls.env.flush_all()

    @classmethod
    def _make_records(cls, name, company):
        """A record of each model, all about one lead: ``{model: record}``."""
        env = cls.env
        account = env["google.ads.account"].search([("company_id", "=", company.id)], limit=1)
        if not account:
            account = env["google.ads.account"].create(
                {
                    "name": company.name,
                    "customer_id": f"12345678{company.id % 100:02}",
                    "company_id": company.id,
                    "state": "connected",
                    "unknown_consent": "send",
                }
            )
            for action in account._create_default_actions():
                action.write({"google_id": ACTIONS[action.event], "state": "ready"})
        lead = cls.make_lead(
            name,
            landing_url=f"https://example.com/?utm_campaign=Solar&gclid={name}",
            company_id=company.id,
            user_id=cls.colleague.id,
            team_id=False,
            type="opportunity",
        )
        lead.action_set_won()
        assert lead.company_id == company, "Odoo gave the lead to another company"
        touch = lead.google_touch_id
        touch.google_ads_click_id = env["google.ads.click"].create(
            {"account_id": account.id, "gclid": name, "day": "2026-01-01", "keyword": name}
        )
        cost = {"campaign_id": cls.campaign.id, "name": name, "company_id": company.id}
        google_campaign = env["google.ads.campaign"].create(
            {"account_id": account.id, "google_id": name, "name": name}
        )
        day = {"google_campaign_id": google_campaign.id, "day": "2026-01-01", "clicks": 1}
        ad_group = env["google.ads.ad.group"].create(
            {"google_campaign_id": google_campaign.id, "google_id": name, "name": name}
        )
        group_day = {"ad_group_id": ad_group.id, "day": "2026-01-01", "clicks": 1}
        place = {"code": f"geoTargetConstants/{name}", "name": name}
        check = {"account_id": account.id, "key": "k", "title": "T", "state": "passed"}
        summary = env["google.ads.upload.summary"].create(
            {"account_id": account.id, "status": "good", "action_name": name}
        )
        upload_day = {"summary_id": summary.id, "day": "2026-01-01"}
        records = [
            lead,
            lead.partner_id,
            touch,
            env["conversion.credit"].search([("lead_id", "=", lead.id)], limit=1),
            account,
            account.action_ids[:1],
            lead.google_conversion_ids[:1],
            touch.google_ads_click_id,
            google_campaign,
            env["google.ads.campaign.day"].create(day),
            ad_group,
            env["google.ads.ad.group.day"].create(group_day),
            env["google.ads.place"].create(place),
            cls.campaign,
            env["utm.campaign.cost"].create(cost),
            env["google.ads.account.check"].create(check),
            summary,
            env["google.ads.upload.day"].create(upload_day),
            env["conversion.channel.rule"].search([], limit=1),
            env["conversion.site"].search([], limit=1),
            env["conversion.filler"].search([], limit=1),
            env["crm.stage"].search([], limit=1),
            env["website"].search([], limit=1),
            env["conversion.click.import"].search([], limit=1),
            env["conversion.erasure"].create({"subjects": {"crm.lead": lead.ids}}),
            *cls._make_alert(name, company),
            env["conversion.kpi"].create(
                {
                    "name": name,
                    "code": f"of_{lead.id}",
                    "definition": name,
                    "company_id": company.id,
                }
            ),
        ]
        rules = env["utm.naming.rule"]
        rule = {"parameter": "source", "company_id": company.id}
        url = f"https://example.com/?utm_content={name}"
        link = {"url": "https://example.com/", "tagged_url": url, "title": name, "content": name}
        records += [
            rules.search([("company_id", "=", company.id)]) or rules.create(rule),
            env["utm.alias"].create({"name": name, "campaign_id": cls.campaign.id}),
            env["link.tracker"]._build([link], company),
        ]
        if name == "own":
            records.append(env["conversion.board.layout"].create({"user_id": cls.colleague.id}))
        if name == "own":
            records += cls._make_papers(lead)
        env.flush_all()
        for model in REPORTS:
            rows = env[model].with_context(allowed_company_ids=company.ids)
            records.append(rows.search([("lead_id", "=", lead.id)], limit=1).with_env(env))
        return {record._name: record for record in records}

    @classmethod
    def _make_alert(cls, name, company):
        """An alert, and the rule that tells of it in this company."""
        rules = cls.env["conversion.alert.rule"]
        rule = rules.search([("company_id", "=", company.id)], limit=1)
        rule = rule or rules.create({"kind": "sourceless", "company_id": company.id})
        values = {"rule_id": rule.id, "company_id": company.id, "key": name, "text": name}
        return [rule, cls.env["conversion.alert"].create({**values, "name": name})]

    @classmethod
    def _make_papers(cls, lead):
        """An order and an invoice of a lead."""
        journal = cls.env["account.journal"].create(
            {"name": "Matrix", "code": "MTX", "type": "general"}
        )
        values = {"partner_id": lead.partner_id.id}
        return [
            cls.env["sale.order"].create({**values, "opportunity_id": lead.id}),
            cls.env["account.move"].create(
                {**values, "journal_id": journal.id, "first_touch_id": lead.first_touch_id.id}
            ),
        ]

    # ------------------------------------------------------------
    # The table
    # ------------------------------------------------------------

    @mute_logger(*QUIET)
    def test_the_matrix_is_what_odoo_does(self):
        cells = {}
        for role in ROLES:
            self._take_over(role)
            for key, cell in self._try_role(role):
                cells.setdefault(key, []).append(cell)
        text = HEAD + RECORDS + self._show_records(cells) + FIELDS + self._show_fields(cells)
        if not TABLE.exists():
            TABLE.write_text(text)
        self.assertEqual(TABLE.read_text(), text)
        partly = {key: row for key, row in cells.items() if any("!" in cell for cell in row)}
        self.assertEqual(partly, {}, "hidden in one way and shown in another")

    def _take_over(self, role):
        """Make what is *own* the role's own."""
        user = self.users[role]
        if user._is_internal():
            own = self.kinds["own"]
            own["crm.lead"].user_id = own["sale.order"].user_id = user
            own["conversion.board.layout"].user_id = user
        self.env.flush_all()

    def _try_role(self, role):
        """Pairs of a key, (model, kind of record) or (model, None, field), and a cell."""
        user = self.users[role]
        for model in self._get_models():
            if model.startswith(OWN_MODELS):
                for kind in self._get_kinds(model):
                    record = self.kinds[kind].get(model, self.env[model]).with_user(user)
                    yield (model, kind), self._try_record(record, kind)
            record = self.kinds["own"].get(model, self.env[model]).with_user(user)
            for name, cell in self._try_fields(record, self._get_fields(model)).items():
                yield (model, None, name), cell

    def _get_models(self):
        """Ours, and those of others that have fields of ours."""
        return sorted(
            name
            for name in self.registry
            if not self.env[name]._abstract
            and name != "res.config.settings"
            and any(self._get_fields(name))
        )

    def _get_fields(self, model):
        return [
            field
            for name, field in sorted(self.env[model]._fields.items())
            if MODULE in field._modules and name not in MAGIC and not field.inherited
        ]

    def _get_kinds(self, model):
        """Which records to tell apart: only what is about a lead can be a colleague's."""
        fields = self.env[model]._fields
        if self.env[model]._transient:
            return ("own",)
        if "lead_id" in fields or model == "google.ads.click":
            return tuple(self.kinds)
        return ("own", "of another company") if "company_id" in fields else ("own",)

    # ------------------------------------------------------------
    # Trying
    # ------------------------------------------------------------

    def _try_record(self, record, kind):
        found = ""
        self.assertTrue(record or record._transient, f"no {record._name} {kind} is tried")
        for letter, operation in OPERATIONS.items():
            if operation == "create":
                allowed = kind == "own" and record.browse().has_access(operation)
            else:
                allowed = record.has_access(operation)
            found += letter if allowed else ""
        return found or NOTHING

    def _try_fields(self, record, fields):
        """The cell of each field of a model, by its name."""
        model, names = record.browse(), [field.name for field in fields]
        values = {field.name: self._get_value(record, field) for field in fields}
        cells = dict.fromkeys(names, "")
        if model.has_access("read") and (not record or record.has_access("read")):
            for name, ways in self._try_reading(record, fields).items():
                if set(ways.values()) >= {True, False}:
                    cells[name] = f"!{','.join(way for way, may in ways.items() if may)}!"
                elif True in ways.values():
                    cells[name] = "r"
        if record and record.has_access("write"):
            written = self._try_together(
                names, lambda some: record.write({name: values[name] for name in some}), flush=True
            )
            for name in names:
                cells[name] += "w" if written[name] else ""
        if model.has_access("create"):
            for name, ways in self._try_creating(record, fields, values).items():
                cells[name] += "!create" if len(ways - {None}) > 1 else "c" if True in ways else ""
        return {name: cell or NOTHING for name, cell in cells.items()}

    def _try_together(self, names, act, flush=False):
        """Whether nothing forbids an act for each name, see :meth:`_may`: asked of all at once, and
        of the halves where something stands in the way."""
        if not names:
            return {}
        may = self._may(lambda: act(names), flush=flush)
        if may or len(names) == 1:
            return dict.fromkeys(names, may)
        half = len(names) // 2
        return {
            **self._try_together(names[:half], act, flush),
            **self._try_together(names[half:], act, flush),
        }

    def _try_reading(self, record, fields):
        """``{name of a field: {way: whether it shows the field}}``."""
        model, types = record.browse(), {field.name: field.type for field in fields}
        groups = {
            name: f"{name}:month" if kind in ("date", "datetime") else name
            for name, kind in types.items()
        }
        nobody = [("id", "=", 0)]

        def offer(names):
            """As views do: what is offered and cannot be read is an error on a screen."""
            if set(names) - set(model.fields_get(names)):
                raise AccessError(names)

        ways = {
            "offer": offer,
            "read": record.read,
            "export": record.export_data,
            # compared with something: that a required field has a value, Odoo knows without looking
            "search": lambda names: model._search(
                [(name, "in", [SOUGHT.get(types[name], 1)]) for name in names]
            ),
            "sort": lambda names: model._search([], order=", ".join(names)),
            "group": lambda names: model._read_group(nobody, [groups[name] for name in names]),
            "aggregate": lambda names: model._read_group(
                nobody, [], [f"{name}:count_distinct" for name in names]
            ),
        }
        if record and record.has_access("write"):
            ways["onchange"] = lambda names: record.onchange({}, [], {name: {} for name in names})
        # nobody exports the others, as the tests of secrets show
        exportable = [field.name for field in fields if field.exportable]
        tried = {name: {} for name in types}
        for way, look in ways.items():
            names = exportable if way == "export" else [*types]
            for name, may in self._try_together(names, look).items():
                tried[name][way] = may
        return tried

    def _try_creating(self, record, fields, values):
        """``{name of a field: what was found by each way to give it to a new record}``."""
        model, needed = record.browse(), self._get_needed(record)

        def create(names):
            model.create({**needed, **{name: values[name] for name in names}})

        def create_by_default(names):
            defaults = {f"default_{name}": values[name] for name in names}
            model.with_context(**defaults).create(needed)

        created = self._try_together([*values], create, flush=True)
        by_default = self._try_together([*values], create_by_default, flush=True)
        found = {}
        for field in fields:
            name = field.name
            found[name] = {
                created[name],
                by_default[name],
                self._form_takes(model, name, values[name]),
            }
            if field.store:
                found[name].add(self._imports(model, field, values[name]))
        return found

    def _may(self, act, flush=True):
        """Whether nothing forbids an act; ``None`` when something else makes it impossible.

        :param flush: whether it may write, so that what is cached is forgotten with it
        """
        savepoint = self.env.cr.savepoint(flush=flush)
        try:
            act()
        except AccessError:
            return False
        except Exception:
            return None
        else:
            return True
        finally:
            savepoint.close(rollback=True)

    def _form_takes(self, model, name, value):
        """Whether a form that is not saved yet takes the field: ``None`` when nothing shows it."""
        shown = []

        def show(values):
            shown.append(model.onchange(values, [], {name: {}})["value"].get(name))

        may = self._may(lambda: (show({}), show({name: value})), flush=False)
        if not may or shown[0] != shown[1]:
            return may
        return None if not value or shown[0] else False

    def _imports(self, model, field, value):
        """Whether an import takes the field: ``None`` when it fails for another reason."""
        column = f"{field.name}/.id" if field.type == "many2one" else field.name
        if field.type in ("one2many", "many2many", "json"):
            return None
        result = {"ids": False, "messages": []}
        self._may(lambda: result.update(model.load([column], [[str(value)]])))
        if result["ids"]:
            return True
        texts = " ".join(str(message["message"]) for message in result["messages"])
        return False if "recorded by" in texts or "enough rights" in texts else None

    def _get_needed(self, record):
        """Values without which no record of the model can be made."""
        [values] = record.sudo().copy_data() or [{}]
        needed = {name: value for name, value in values.items() if record._fields[name].required}
        return {name: value for name, value in needed.items() if not is_kept(record._fields[name])}

    def _get_value(self, record, field):
        """A value that changes nothing, or says nothing."""
        known = record.sudo()[:1]
        if not known:
            return record.sudo().default_get([field.name]).get(field.name, False)
        if field.type in ("one2many", "many2many"):
            return []
        with suppress(Exception):
            return field.convert_to_write(known[field.name], known)
        return False

    # ------------------------------------------------------------
    # Showing
    # ------------------------------------------------------------

    def _show_records(self, cells):
        rows = [("model", "record", *ROLES), ("---",) * (len(ROLES) + 2)]
        shown = set()
        for key, row in cells.items():
            if len(key) == 2:
                model, kind = key
                rows.append(("" if model in shown else f"`{model}`", kind, *row))
                shown.add(model)
        return self._show(rows)

    def _show_fields(self, cells):
        """A table for each model; fields that all roles treat alike share a row."""
        alike = {}
        for (model, *_kind, name), row in ((k, r) for k, r in cells.items() if len(k) == 3):
            alike.setdefault(model, {}).setdefault(tuple(row), []).append(f"`{name}`")
        text = ""
        for model, groups in alike.items():
            rows = [("fields", *ROLES), ("---",) * (len(ROLES) + 1)]
            rows += [(", ".join(names), *row) for row, names in groups.items()]
            text += f"\n### `{model}`\n" + self._show(rows)
        return text

    def _show(self, rows):
        return "\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)
