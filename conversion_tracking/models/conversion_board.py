from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from time import monotonic
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import get_lang

from ..groups import MANAGER, RESULT_READERS
from ..kpi.period import CUSTOM, MOST_STEPS, PRESETS, Period, get_preset
from ..kpi.section import Section
from .conversion_channel_rule import CHANNELS

DEFAULT_PERIOD = "last_90_days"
# After so many seconds a request gives what it has; the board asks for the rest in another one.
BUDGET = 0.4


@dataclass(frozen=True)
class Asked:
    """What the reader of a board asks.

    :ivar preset: one of ``kpi.period.PRESETS``, or ``custom``
    :ivar period: its days, in the reader's time zone
    :ivar filters: for each name of ``FILTERS``, the ids (channels: keys) of which one must hold
    :ivar keys: the sections that are asked for together
    :ivar shared: what sections of one request leave for each other
    """

    preset: str
    period: Period
    filters: dict
    keys: tuple = ()
    shared: dict = field(default_factory=dict)


# What a board can be filtered by: the field of a lead that says it.
FILTERS = {
    "team": "team_id",
    "user": "user_id",
    "source": "source_id",
    "medium": "medium_id",
    "campaign": "campaign_id",
    "channel": "lead_creation_channel",
    "company": "company_id",
}


class ConversionBoard(models.AbstractModel):
    """The board of key figures: what each of its sections shows for a period and filters.

    A section is a key, a title and a method; see :meth:`_get_sections`. Sections know nothing of
    each other, so that one that cannot be read says why and the others stand.
    """

    _name = "conversion.board"
    _description = "Board of Key Figures"
    _inherit = ["conversion.board.charts.mixin"]

    @api.model
    @api.readonly
    def get_board(self, asked=None, keys=None):
        """What the board shows.

        :param asked: dictionary from the address bar: ``period`` (a preset or ``custom``),
            ``from`` and ``to`` (days, for ``custom``), and lists of ids for ``FILTERS``. What
            cannot be is left out, and what the board took instead is in the answer.
        :param keys: sections to read, all that the reader shows if empty
        :return: see :meth:`_describe`, with ``sections`` (payloads by key) and ``pending``: the
            keys of those to ask for in another request, because these took long enough; ``lanes``:
            the same keys for two requests at the same time
        :raise AccessError: for who may read no results
        """
        self._check_reader()
        known = self._get_sections()
        layout = self.env["conversion.board.layout"]._get_keys(known)
        wanted = [key for key in self._read_keys(keys) or layout if key in known]
        question = replace(self._read_asked(asked), keys=tuple(wanted))
        end = monotonic() + BUDGET
        sections = {}
        for key in wanted:
            # what was read for another one need not be read again by the next request
            if sections and monotonic() > end and not known[key].is_read(question):
                continue
            sections[key] = self._read_section(known[key], question)
        pending = [key for key in wanted if key not in sections]
        return {
            **self._describe(question, known),
            "layout": layout,
            "sections": sections,
            "pending": pending,
            "lanes": self._divide(pending, known),
        }

    @api.model
    def _divide(self, keys, known):
        """Keys in two lists, in which what is read together stays together."""
        bundles = {}
        for key in keys:
            bundles.setdefault(known[key].together or key, []).append(key)
        lanes = [[], []]
        for number, bundle in enumerate(bundles.values()):
            lanes[number % 2] += bundle
        return lanes

    @api.model
    def _read_all(self, asked):
        """The question and all that the reader shows, however long it takes.

        :param asked: as for :meth:`get_board`
        """
        known = self._get_sections()
        keys = self.env["conversion.board.layout"]._get_keys(known)
        question = replace(self._read_asked(asked), keys=tuple(keys))
        return question, [self._read_section(known[key], question) for key in keys]

    # ------------------------------------------------------------
    # The question
    # ------------------------------------------------------------

    @api.model
    def _check_reader(self):
        if not self.env.user.has_groups(RESULT_READERS):
            raise AccessError(
                self.env._(
                    "The board is for sales and marketing. Ask your administrator for access to "
                    "CRM or to Conversion Tracking."
                )
            )

    @api.model
    def _read_keys(self, keys):
        """Keys of sections as anybody may send them, each once."""
        keys = keys if isinstance(keys, list | tuple) else []
        return list(dict.fromkeys(key for key in keys if isinstance(key, str)))

    @api.model
    def _read_asked(self, asked):
        """``asked`` of :meth:`get_board` as :class:`Asked`; what cannot be is left out."""
        asked = asked if isinstance(asked, dict) else {}
        preset, period = self._read_period(asked)
        filters = {}
        for name in FILTERS:
            values = asked.get(name)
            values = values if isinstance(values, list) else []
            known = [value for value in values if self._is_filter(name, value)]
            if known:
                filters[name] = known
        return Asked(preset, period, filters)

    @api.model
    def _read_period(self, asked):
        preset = asked.get("period")
        if preset == CUSTOM:
            try:
                days = (date.fromisoformat(asked[name]) for name in ("from", "to"))
                return preset, Period(*days)
            except (KeyError, TypeError, ValueError):
                preset = None
        preset = preset if preset in PRESETS else DEFAULT_PERIOD
        return preset, get_preset(preset, fields.Date.context_today(self))

    @api.model
    def _is_filter(self, name, value):
        if name == "channel":
            return isinstance(value, str) and value in dict(CHANNELS)
        # False is a choice, too: leads without team, source, ...
        return value is False or (type(value) is int and 0 < value < 2**31)

    @api.model
    def _describe(self, question, known):
        """What the reader is shown beside the sections."""
        previous = question.period.get_previous()
        return {
            "asked": {"period": question.preset, **question.filters},
            "period": self._describe_days(question.period),
            "previous": self._describe_days(previous),
            "currency_id": self.env.company.currency_id.id,
            "available": [
                {
                    "key": key,
                    "title": section.title,
                    "type": section.type,
                    "group": section.group,
                }
                for key, section in known.items()
            ],
            "can_set_default": self.env.user.has_group(MANAGER),
            "empty": not self.env["crm.lead"]
            .sudo()
            .with_context(active_test=False)
            .search_count([], limit=1),
        }

    @api.model
    def _describe_days(self, period):
        return {
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
            "days": period.days,
        }

    # ------------------------------------------------------------
    # Sections
    # ------------------------------------------------------------

    @api.model
    def _get_sections(self):
        """What the board can show, in its order when nobody chose another. Override to add.

        :return: dictionary of :class:`Section` by key
        """
        card = self.env["conversion.kpi.card"]
        cards = {
            f"kpi_{kpi.code}": Section(
                key=f"kpi_{kpi.code}",
                title=kpi.name,
                type="card",
                group="kpi",
                read=partial(card._read_card, kpi),
                is_shown=kpi.is_shown,
                is_read=partial(card._is_read, kpi),
                together="cards",
            )
            for kpi in self._get_kpis()
        }
        return {**cards, **self._get_chart_sections()}

    @api.model
    def _get_kpis(self):
        """The key figures that the reader may have on the board, in their order."""
        return self.env["conversion.kpi"].search([]).filtered(lambda kpi: kpi._is_for_reader())

    @api.model
    def _read_section(self, section, question):
        """Payload of a section: what it shows, or ``problem``: why it cannot."""
        try:
            with self.env.cr.savepoint():
                payload = section.read(question)
        except UserError as error:
            payload = {"problem": str(error)}
        return {"key": section.key, "title": section.title, "type": section.type, **payload}

    # ------------------------------------------------------------
    # For sections
    # ------------------------------------------------------------

    @api.model
    def _get_lead_domain(self, question):
        """The leads that the filters leave; lost and archived ones, too, where the search is in
        ``active_test=False``."""
        return self._get_filters(question, FILTERS)

    @api.model
    def _get_report_domain(self, question):
        """What the filters leave of the facts of ``campaign.roi.report``, in the period."""
        return (
            Domain("date", ">=", question.period.first.isoformat())
            & Domain("date", "<=", question.period.last.isoformat())
            & self._get_filter_domain(question)
        )

    @api.model
    def _get_filter_domain(self, question):
        """The facts of ``campaign.roi.report`` that the filters leave, on whichever day."""
        return self._get_filters(question, {**FILTERS, "channel": "channel"})

    @api.model
    def _get_filters(self, question, paths):
        """:param paths: the field that each filter is asked of"""
        return Domain.AND(
            Domain(paths[name], "in", values) for name, values in question.filters.items()
        )

    @api.model
    def _get_moments(self, period):
        """First moment of a period and first after it, in UTC."""
        return period.get_moments(self._get_zone())

    @api.model
    def _get_zone(self):
        """The reader's time zone, which Odoo gives as one of ``pytz``: those cannot be put on a
        moment as they are."""
        return ZoneInfo(str(self.env.tz))

    @api.model
    def _get_steps(self, period, most=MOST_STEPS):
        """The period in steps for a trend, with the reader's weeks, see ``Period.divide``."""
        week_start = int(get_lang(self.env).week_start) - 1
        return period.divide(period.get_step(most), week_start)
