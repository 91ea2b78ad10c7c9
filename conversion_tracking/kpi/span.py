"""For when key figures are read."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Span:
    """:ivar thresholds: moments in naive UTC: the intervals lie between them, the first is the
        period before
    :ivar steps: the :class:`Period` of each interval but the first, if they are days
    :ivar filters: as in ``conversion.board``
    :ivar wanted: key figures that are asked for together, so that they share queries
    :ivar known: what was read already
    """

    thresholds: tuple
    steps: tuple = ()
    filters: dict = field(default_factory=dict)
    wanted: tuple = ()
    known: dict = field(default_factory=dict)

    @property
    def intervals(self):
        return len(self.thresholds) - 1
