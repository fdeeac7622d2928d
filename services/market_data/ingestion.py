"""Ingestion: what an object holds goes to the processing queue, section by section.

A section's ticks are sent and its refusals reported before its end is recorded, so that whatever breaks in between
repeats a section and never leaves one out. Ticks, messages and reports that are repeated are the same ones again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from services.common.telemetry import logger
from services.common.timestamp import Clock
from services.market_data.checkpoints import Checkpoints, OvertakenError
from services.market_data.domain.instant import to_micros
from services.market_data.domain.lines import split_lines
from services.market_data.domain.records import FUTURE_SECONDS, Source
from services.market_data.domain.section import Progress, SectionReader
from services.market_data.domain.tick import Tick
from services.market_data.domain.tick_batch import tick_batches
from services.market_data.ingestion_queue import IngestionQueue
from services.market_data.processing_queue import ProcessingQueue
from services.market_data.reports import Reports
from services.market_data.source_objects import SourceObject, SourceObjects
from services.market_data.time_left import TimeLeft

# About a second's work, and 10 MB of ticks.
SECTION_LINES = 25_000
# The function's timeout: by then whoever is ahead has ended, well or badly.
OVERTAKEN_DELAY_SECONDS = 180

Part = TypeVar("Part")


class OutOfTimeError(Exception):
    """The time has ended amid a section."""


@dataclass(frozen=True)
class Reading:
    """What an invocation did to an object's progress."""

    before: Progress
    after: Progress


@dataclass(frozen=True)
class Ingestion:
    """Reads objects on from where they were left."""

    objects: SourceObjects
    checkpoints: Checkpoints
    processing: ProcessingQueue
    reports: Reports
    ingestion: IngestionQueue
    clock: Clock
    section_lines: int = SECTION_LINES

    def ingest(self, source: SourceObject, time_left: TimeLeft, *, amid_sections: bool = False) -> Reading:
        """Reads until the object is finished, or handed on to another invocation.

        Whether time is left is asked after each section; amid sections, too, where somebody waits for the answer.
        Raises botocore's errors and NotSentError where AWS failed; the same call then goes on where this one was.
        """
        before = self.checkpoints.begin(source)
        try:
            after = self._read(source, before, time_left, time_left if amid_sections else _always)
        except OvertakenError as overtaken:
            # Whoever is ahead may fail, and be called by someone who does not try again, as a request's sender.
            logger.info("object left to another invocation", extra={"reason": str(overtaken)})
            self.ingestion.hand_on(source, OVERTAKEN_DELAY_SECONDS)
            return Reading(before, before)
        if not after.finished:
            self.ingestion.hand_on(source)
        return Reading(before, after)

    def send(self, ticks: list[Tick]) -> None:
        """Sends ticks to the processing queue; botocore's errors and NotSentError where that is not certain."""
        self.processing.send(tick_batches(ticks))

    def latest(self) -> int:
        """The last instant at which a trade can have been made, in microseconds since 1970, by our clock."""
        return to_micros(self.clock() + timedelta(seconds=FUTURE_SECONDS))

    def _read(self, source: SourceObject, progress: Progress, time_left: TimeLeft, amid: TimeLeft) -> Progress:
        chunks = _as_long_as(amid, self.objects.chunks(source, progress.offset))
        lines = split_lines(chunks, progress.offset, progress.lines)
        reader = SectionReader(Source(source.key, self.latest()), lines, progress)
        try:
            while not progress.finished:
                section = reader.read(self.section_lines)
                self.processing.send(_as_long_as(amid, tick_batches(section.ticks)))
                if section.refusals:
                    self.reports.write(source, section.refusals)
                progress = section.progress
                self.checkpoints.advance(source, progress)
                # Asked after a section, not before: each invocation gets further, however long the way back was.
                if not time_left():
                    break
        except OutOfTimeError as ended:
            logger.info("section left to another invocation", extra={"reason": str(ended)})
        return progress


def _always() -> bool:
    return True


def _as_long_as(time_left: TimeLeft, parts: Iterable[Part]) -> Iterator[Part]:
    for part in parts:
        if not time_left():
            raise OutOfTimeError("no time is left amid a section")
        yield part
