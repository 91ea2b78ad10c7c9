from contextlib import suppress

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, formatLang

from ..kpi.period import get_preset
from ..kpi.span import Span
from .conversion_board import Asked

# Won and lost are two ways to be closed: figures of both are of the same deals.
SAME_DATES = {"won_date": "closed_date", "lost_date": "closed_date"}


class ConversionKpiCard(models.AbstractModel):
    """What the board shows of a key figure."""

    _name = "conversion.kpi.card"
    _description = "Card of a Key Figure"

    @api.model
    def _read_card(self, kpi, question):
        """Payload of a card.

        :param question: see ``conversion_board.Asked``
        :raise UserError: why there is none
        """
        reader = self.env["conversion.kpi.reader"]
        span = self._get_span(question)
        card = {
            "id": kpi.id,
            "code": kpi.code,
            "definition": kpi.definition,
            "unit": kpi.unit,
            "direction": int(kpi.direction),
        }
        try:
            previous, value, steps = reader._get_values(kpi, span)
        except UserError as error:
            return {**card, "problem": str(error)}
        return {
            **card,
            "value": value,
            "previous": previous,
            "change": self._get_change(kpi, value, previous),
            "target": kpi._get_target(question.period),
            "trend": [
                {
                    "from": step.first.isoformat(),
                    "to": step.last.isoformat(),
                    "value": step_value,
                }
                for step, step_value in zip(span.steps, steps, strict=True)
            ],
            "parts": self._get_parts(kpi, span),
            "open": None if kpi.kind == "formula" else reader._get_open(kpi, span),
            "note": self._get_note(kpi, span),
        }

    @api.model
    def _is_read(self, kpi, question):
        """Whether the cards before it have read all that this one shows."""
        span = self._get_span(question)
        try:
            sources = self.env["conversion.kpi.reader"]._get_sources(kpi, span)
        except UserError:
            return True  # there is nothing to read
        return all(one in span.known for one in sources)

    @api.model
    def _get_span(self, question):
        """The :class:`Span` of a question, one for all cards of a request."""
        if "kpi_span" not in question.shared:
            board = self.env["conversion.board"]
            steps = board._get_steps(question.period)
            parts = [question.period.get_previous(), *steps]
            moments = [board._get_moments(part) for part in parts]
            keys = set(question.keys)
            question.shared["kpi_span"] = Span(
                thresholds=(*(first for first, _end in moments), moments[-1][1]),
                steps=tuple(steps),
                filters=question.filters,
                wanted=tuple(one for one in board._get_kpis() if f"kpi_{one.code}" in keys),
            )
        return question.shared["kpi_span"]

    @api.model
    def _get_change(self, kpi, value, previous):
        if value is None or previous is None:
            return None
        if kpi.unit == "percent":
            return value - previous
        return (value - previous) / abs(previous) if previous else None

    # ------------------------------------------------------------
    # What the number is made of
    # ------------------------------------------------------------

    @api.model
    def _get_parts(self, kpi, span):
        """The numbers behind the number, and those that are shown beside it."""
        reader = self.env["conversion.kpi.reader"]
        parts = []
        if kpi.kind == "formula":
            parts += [self._get_part(one, span) for one in reader._get_operands(kpi, span).values()]
        elif kpi.kind != "count":
            total = reader._get_total(kpi, span)
            opens = reader._get_open(kpi, span)
            if kpi.kind == "average":
                parts.append(self._describe_part(self.env._("Total"), total.total, kpi.unit, opens))
            parts.append(self._describe_part(self.env._("Records"), total.number, "count", opens))
        for one in reader._get_beside(kpi):
            with suppress(UserError):  # a help, without which the card stands
                parts.append(self._get_part(one, span))
        return [part for part in parts if part]

    @api.model
    def _get_part(self, kpi, span):
        """Another key figure in small; none when the reader may not see it."""
        kpi = kpi.with_env(self.env)
        if not (kpi.has_access("read") and kpi.sudo()._is_for_reader()):
            return None
        reader = self.env["conversion.kpi.reader"]
        value = reader._get_values(kpi, span)[1]
        opens = None if kpi.kind == "formula" else reader._get_open(kpi, span)
        return self._describe_part(kpi.name, value, kpi.unit, opens)

    @api.model
    def _describe_part(self, label, value, unit, opens):
        return {"label": label, "value": value, "unit": unit, "open": opens}

    @api.model
    def _get_note(self, kpi, span):
        """What the reader should know of the number, empty if nothing."""
        reader = self.env["conversion.kpi.reader"]
        sources = reader._get_sources(kpi, span)
        notes = []
        if kpi.kind == "formula":
            own = [one for one in sources if one not in kpi.beside_ids]
            if len({self._get_cohort(one) for one in own}) > 1:
                notes.append(
                    self.env._("Its parts are counted by different dates: not the same records.")
                )
        missing = self.env["res.currency"].union(
            *(reader._get_missing_currencies(one) for one in sources)
        )
        for currency in missing:
            notes.append(
                self.env._(
                    "Amounts in %(currency)s are left out: there is no rate. Add one under "
                    "Accounting > Configuration > Currencies.",
                    currency=currency.name,
                )
            )
        unfiltered = {
            name
            for one in sources
            for name in span.filters
            if name not in reader._get_filter_paths(one.model)
        }
        if unfiltered:
            notes.append(
                self.env._(
                    "Not filtered by %s: these records know nothing of it.",
                    ", ".join(sorted(unfiltered)),
                )
            )
        return " ".join(notes)

    @api.model
    def _get_cohort(self, kpi):
        """What figures of the same records have in common."""
        return kpi.model, kpi.reading, SAME_DATES.get(kpi.date_field, kpi.date_field)

    # ------------------------------------------------------------
    # While it is edited
    # ------------------------------------------------------------

    @api.model
    def _get_preview(self, kpi):
        """The number of the last 90 days as text, or why there is none."""
        period = get_preset("last_90_days", fields.Date.context_today(self))
        question = Asked("last_90_days", period, {})
        try:
            reader = self.env["conversion.kpi.reader"]
            previous, value, _steps = reader._get_values(kpi, self._get_span(question))
        except UserError as error:
            return str(error)
        return self.env._(
            "%(value)s (in the 90 days before: %(previous)s)",
            value=self._show(value, kpi.unit),
            previous=self._show(previous, kpi.unit),
        )

    @api.model
    def _show(self, value, unit):
        if value is None:
            return "-"
        if unit == "money":
            return format_amount(self.env, value, self.env.company.currency_id)
        number = formatLang(self.env, value, digits=0 if unit == "count" else 1)
        if unit == "percent":
            return self.env._("%s %%", number)
        return self.env._("%s days", number) if unit == "days" else number
