from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from ..attribution.naming import Written, alike_key
from ..attribution.text import name_key
from ..groups import RESULT_READERS
from ..models.utm_alias import POINTERS

KINDS = [("source", "Source"), ("medium", "Medium"), ("campaign", "Campaign")]
MODELS = dict(zip(("source", "medium", "campaign"), POINTERS, strict=True))
SHOWN = 3  # other tags that the advice names


class ConversionTag(models.TransientModel):
    """A tag seen on the site, as a line of the audit: how often, and what is odd about it.

    The lines are made anew whenever somebody opens the audit, from what they may see.
    """

    _name = "conversion.tag"
    _description = "Tag Seen on the Site"
    _order = "kind, alike, lead_count desc, touch_count desc, id"
    _rec_name = "name"

    kind = fields.Selection(KINDS, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="model", readonly=True)
    model = fields.Char(readonly=True)
    name = fields.Char("Tag", readonly=True)
    advice = fields.Char(
        "What is odd",
        readonly=True,
        help="Where the tag breaks a naming rule, or is written in several ways.",
    )
    alike = fields.Char(
        "Looks like", readonly=True, help="The same for tags that probably mean one thing."
    )
    is_doubled = fields.Boolean("Written in several ways", readonly=True)
    breaks_rule = fields.Boolean(
        "Breaks a rule",
        readonly=True,
        help="A link was tagged with it. Names that were given in Odoo, to a campaign for "
        "instance, may be written as one likes: the UTM builder writes them by the rules.",
    )
    touch_count = fields.Integer("Touchpoints", readonly=True)
    own_link_count = fields.Integer(
        "By own links",
        readonly=True,
        help="Touchpoints of links with UTM values on pages of your own site, such as banners. "
        "Take the tags off these links.",
    )
    lead_count = fields.Integer("Leads", readonly=True, groups=RESULT_READERS)
    link_count = fields.Integer("Links", readonly=True, help="Links made with the UTM builder.")

    @api.model
    def action_open(self):
        """Look at all tags that are in use, and show them."""
        self.browse().check_access("read")
        lines = self.sudo()
        lines.search([("create_uid", "=", self.env.uid)]).unlink()
        lines.create([vals for kind in MODELS for vals in self._read_tags(kind)])
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.conversion_tag_action"
        )
        return {**action, "domain": [("create_uid", "=", self.env.uid)]}

    @api.model
    def _read_tags(self, kind):
        """Values of a line for each source, medium or campaign in use; a few queries for any
        number.

        Rules are for what somebody wrote into a link: names that core, another app, a user or
        Google gave are no tags, and links find them however they write them.
        """
        counts = self._count(kind)
        records = self.env[MODELS[kind]].with_context(active_test=False).browse(counts)
        rule = self.env["utm.naming.rule"]._get_rules(self.env.company)[kind]
        keys = {one: alike_key(one.name or "", is_source=kind == "source") for one in records}
        alike = defaultdict(list)
        for record, key in keys.items():
            alike[key].append(record)
        lines = []
        for record, key in keys.items():
            written = rule.apply(record.name or "") if record.is_from_link else Written()
            # capitals are no difference: links find the record with or without them
            is_other = written.value and name_key(written.value) != name_key(written.typed)
            others = [one.name for one in alike[key][: SHOWN + 1] if one != record][:SHOWN]
            advice = self._get_advice(kind, written, is_other, others)
            lines.append(
                {
                    "kind": kind,
                    "model": record._name,
                    "res_id": record.id,
                    "name": record.name,
                    "alike": key,
                    "advice": advice,
                    "is_doubled": bool(others),
                    "breaks_rule": bool(written.problem or is_other),
                    **counts[record.id],
                }
            )
        return lines

    @api.model
    def _count(self, kind):
        """Numbers of what uses a tag, by the id of its record."""
        pointer = f"{kind}_id"
        used = Domain(pointer, "!=", False)
        counts = defaultdict(dict)
        touchpoints = self.env["conversion.touchpoint"]
        for name, model, domain in (
            ("touch_count", touchpoints, used),
            ("own_link_count", touchpoints, used & Domain("own_link", "=", True)),
            ("link_count", self.env["link.tracker"], used & Domain("company_id", "!=", False)),
        ):
            for record, number in model._read_group(domain, [pointer], ["__count"]):
                counts[record.id][name] = number
        report = self.env["campaign.roi.report"].with_context(attribution_model="lead_creation")
        rows = report._read_group(used & Domain("fact", "=", "lead"), [pointer], ["lead_count:sum"])
        for record, number in rows:
            counts[record.id]["lead_count"] = number
        return counts

    @api.model
    def _get_advice(self, kind, written, is_other, others):
        """What somebody should do about a tag, in a sentence or two."""
        advice = []
        if others:
            shown = ", ".join(f"'{name}'" for name in others)
            advice.append(self.env._("Looks like %(others)s: merge them.", others=shown))
        if written.problem:
            advice.append(
                self.env["utm.naming.rule"]._explain(written.problem, kind, self.env.company)
            )
        elif is_other:
            advice.append(self.env._("The rules write it as '%(name)s'.", name=written.value))
        return " ".join(advice)

    def _get_records(self):
        """The sources, mediums or campaigns of these lines, which are of one kind."""
        return (
            self.env[self[:1].model].with_context(active_test=False).browse(self.mapped("res_id"))
        )

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_open_touchpoints(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.conversion_touchpoint_action"
        )
        return {**action, "domain": [(f"{self.kind}_id", "=", self.res_id)], "context": {}}

    def action_open_own_links(self):
        action = self.action_open_touchpoints()
        return {**action, "domain": [*action["domain"], ("own_link", "=", True)]}

    def action_merge(self):
        """Open the wizard that merges these lines, or those that look like the one."""
        lines = self
        if len(self) == 1:
            domain = [("create_uid", "=", self.env.uid), ("kind", "=", self.kind)]
            lines = self.search([*domain, ("alike", "=", self.alike)])
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conversion_tracking.conversion_tag_merge_action"
        )
        return {**action, "context": {"default_tag_ids": lines.ids}}
