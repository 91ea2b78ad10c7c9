from odoo import api, fields, models
from odoo.exceptions import UserError

from ..attribution.text import name_key


class ConversionTagMerge(models.TransientModel):
    """Merges sources, mediums or campaigns that are one; says first what will be moved."""

    _name = "conversion.tag.merge"
    _description = "Merge Tags"

    tag_ids = fields.Many2many("conversion.tag", string="Merge")
    target_id = fields.Many2one(
        "conversion.tag",
        "Into",
        compute="_compute_target_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', tag_ids)]",
        help="The one that stays, with its name. Links that say one of the other names mean it "
        "from now on.",
    )
    problem = fields.Char(compute="_compute_preview")
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.depends("tag_ids")
    def _compute_target_id(self):
        """The one with the plainest name: no short form, no host; else the one used most."""
        for merge in self:
            if merge.target_id not in merge.tag_ids:
                merge.target_id = merge.tag_ids.sorted(merge._get_rank, reverse=True)[:1]

    @api.model
    def _get_rank(self, tag):
        is_plain = name_key(tag.name or "") == tag.alike
        return (is_plain, not tag.breaks_rule, tag.lead_count, tag.touch_count, -tag.res_id)

    @api.depends("tag_ids", "target_id")
    @api.depends_context("lang", "uid")
    def _compute_preview(self):
        for merge in self:
            target, others, problem = merge._get_records()
            merge.problem = problem
            counts = self.env["utm.merger"]._count(others) if others and not problem else {}
            lines = {}
            for model, number in counts.items():
                label = self.env["ir.model"]._get(model).name
                lines[label] = lines.get(label, 0) + number
            merge.preview = self.env["ir.qweb"]._render(
                "conversion_tracking.conversion_tag_merge_preview",
                {
                    "lines": sorted(lines.items(), key=lambda line: -line[1]),
                    "target": target,
                    "others": others,
                    "problem": problem,
                },
            )

    def _get_records(self):
        """``(target, others, problem)``: the records of the tags that there still are."""
        self.ensure_one()
        tags = self.tag_ids.filtered("model")
        problem = ""
        if len(set(tags.mapped("model"))) > 1:
            problem = self.env._("Sources, mediums and campaigns stay apart: choose one kind.")
        elif len(tags) < 2:
            problem = self.env._("Choose at least two that are one.")
        elif self.target_id not in tags:
            problem = self.env._("Choose which one stays.")
        elif (records := tags._get_records()) != records.exists():
            problem = self.env._("Some of these are gone: open the list of tags again.")
        if problem:
            return None, None, problem
        target = self.target_id._get_records()
        others = records - target
        return target, others, self.env["utm.merger"]._get_problem(target, others)

    def action_merge(self):
        target, others, problem = self._get_records()
        if problem:
            raise UserError(problem)
        self.env["utm.merger"]._merge(target, others)
        return self.env["conversion.tag"].action_open() | {"target": "main"}
