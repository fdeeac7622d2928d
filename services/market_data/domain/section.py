"""Reading an object in sections, between which it can be cut: each begins where the last one ended."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from services.common.invalid_input import InvalidInputError
from services.market_data.domain.lines import MAX_LINE_BYTES, BrokenStreamError, Line
from services.market_data.domain.records import Parse, Source, UnrecognisedError, recognise
from services.market_data.domain.tick import Tick

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an object is read: bytes (uncompressed ones) and lines, what they came to, and the line that tells how.

    `first_line` is the first one that is not blank: by it the format is recognised.
    """

    offset: int = 0
    lines: int = 0
    ticks: int = 0
    refused: int = 0
    first_line: bytes | None = None
    finished: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that is no trade, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Section:
    """What consecutive lines held, and the progress behind them."""

    ticks: list[Tick]
    refusals: list[Refusal]
    progress: Progress


class SectionReader:
    """Reads sections off the lines that follow a progress."""

    def __init__(self, source: Source, lines: Iterator[Line], progress: Progress) -> None:
        self._source = source
        self._lines = lines
        self._progress = progress
        self._first_line = progress.first_line
        self._parse: Parse | None = recognise(self._first_line, source).parse if self._first_line else None

    def read(self, limit: int) -> Section:
        """The section of the next `limit` lines, or of as many as are left.

        An object of an unknown format, and a broken one, ends with a refusal of the line at which that shows.
        """
        ticks: list[Tick] = []
        refusals: list[Refusal] = []
        before = self._progress
        offset, number, finished = before.offset, before.lines, False
        try:
            for line in islice(self._lines, limit):
                offset, number = line.end, line.number
                try:
                    if tick := self._tick(line):
                        ticks.append(tick)
                except InvalidInputError as error:
                    refusals.append(Refusal(number, error.message))
            finished = number - before.lines < limit
        except UnrecognisedError as error:
            refusals.append(Refusal(number, f"nothing of the object is ingested: {error}"))
            finished = True
        except BrokenStreamError as error:
            refusals.append(Refusal(number + 1, f"nothing is ingested from here on: {error}"))
            finished = True
        self._progress = Progress(
            offset,
            number,
            before.ticks + len(ticks),
            before.refused + len(refusals),
            self._first_line,
            finished,
        )
        return Section(ticks, refusals, self._progress)

    def _tick(self, line: Line) -> Tick | None:
        if line.text is None:
            raise InvalidInputError("line", f"the line is longer than {MAX_LINE_BYTES} bytes")
        text = line.text.removesuffix(b"\r")
        if line.number == 1:
            text = text.removeprefix(_BYTE_ORDER_MARK)
        if not text.strip():
            return None
        if self._parse is None:
            recognised = recognise(text, self._source)
            self._first_line, self._parse = text, recognised.parse
            if recognised.has_header:
                return None
        return self._parse(text, line.number)
