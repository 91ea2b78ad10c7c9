from odoo import api, models


class ConversionBoardExportMixin(models.AbstractModel):
    """What is written on the exported board beside its sections, in the reader's language."""

    _name = "conversion.board.export.mixin"
    _description = "Export of the Board"

    @api.model
    def _get_export_head(self, question):
        """What was asked, in rows of texts."""
        period = question.period
        company = self.env.company
        head = [
            (self.env._("From"), period.first.isoformat()),
            (self.env._("To"), period.last.isoformat()),
            (self.env._("Companies"), ", ".join(self.env.companies.mapped("name"))),
            (self.env._("Currency"), company.currency_id.name),
        ]
        head += [
            (label, ", ".join(self._get_filter_names(name, question.filters[name])))
            for name, label in self._get_filter_labels().items()
            if name in question.filters
        ]
        return head

    @api.model
    def _get_filter_labels(self):
        return {
            "team": self.env._("Sales team"),
            "user": self.env._("Salesperson"),
            "source": self.env._("Source"),
            "medium": self.env._("Medium"),
            "campaign": self.env._("Campaign"),
            "channel": self.env._("Channel"),
            "company": self.env._("Company"),
        }

    @api.model
    def _get_filter_names(self, name, values):
        """What a filter's values are called; of what the reader may not read, the number."""
        none = [self.env._("None")] if False in values else []
        values = [value for value in values if value is not False]
        field = self.env["campaign.roi.report"]._fields[name if name == "channel" else f"{name}_id"]
        if name == "channel":
            labels = dict(field._description_selection(self.env))
            return [*(labels[value] for value in values), *none]
        records = self.env[field.comodel_name].with_context(active_test=False)
        if not records.has_access("read"):
            return [*map(str, values), *none]
        return [*records.search([("id", "in", values)]).mapped("display_name"), *none]

    @api.model
    def _get_words(self):
        """The headings of :func:`kpi.workbook.make_workbook`."""
        return {
            "board": self.env._("Key figures"),
            "name": self.env._("Name"),
            "value": self.env._("Value"),
            "previous": self.env._("Period before"),
            "change": self.env._("Change"),
            "target": self.env._("Target"),
            "definition": self.env._("Definition"),
            "amount": self.env._("Amount"),
            "rate": self.env._("Of the step before"),
            "days": self.env._("Median days"),
            "total": self.env._("Total"),
        }
