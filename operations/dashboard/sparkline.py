"""A series as a line of text."""

import math
from collections.abc import Sequence

from operations.batches import batches

BARS = "▁▂▃▄▅▆▇█"
GAP = " "


def sparkline(values: Sequence[float | None], width: int) -> str:
    """At most `width` bars from zero to the greatest value; a bar is the peak of its values, a gap has none."""
    greatest = max((value for value in values if value is not None), default=0)
    share = max(1, math.ceil(len(values) / width))
    return "".join(_bar(part, greatest) for part in batches(values, share))


def _bar(values: Sequence[float | None], greatest: float) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return GAP
    return BARS[round(max(known) / greatest * (len(BARS) - 1))] if greatest else BARS[0]
