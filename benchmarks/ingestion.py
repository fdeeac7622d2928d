"""`python -m benchmarks.ingestion MIB [--gzip] [--sections N]`: ingests a generated file, AWS being counting stubs.

Invocations end after so many sections each, and the next one goes on from the checkpoint. Shows seconds of the
processor, lines a second of it, and the most memory held beside what was held before it began.
"""

import argparse
import re
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from botocore.response import StreamingBody

from services.common.timestamp import utc_now
from services.market_data.checkpoints import Checkpoints
from services.market_data.domain.section import Progress
from services.market_data.ingestion import Ingestion
from services.market_data.ingestion_queue import IngestionQueue
from services.market_data.processing_queue import ProcessingQueue
from services.market_data.reports import Reports
from services.market_data.source_objects import SourceObject, SourceObjects
from services.market_data.time_left import TimeLeft

MIB = 1_048_576
KEY = "BTCUSDT-trades-2026-11-20.csv"
BLOCK_LINES = 10_000
FIRST_MICROSECOND = 1_763_596_800_000_000
# One line in so many is none.
BAD_EVERY = 5_000
# A gigabyte takes four invocations.
SECTIONS = 150


class GeneratedFile:
    """Trades in Binance's format, of at least so many bytes before compression."""

    def __init__(self, size: int) -> None:
        # Numbers have as many digits everywhere, so that each block is as long as the first one.
        self._block_size = len(_block(0))
        self._blocks = -(-size // self._block_size)

    @property
    def size(self) -> int:
        """Bytes before compression."""
        return self._blocks * self._block_size

    def from_offset(self, offset: int) -> Iterator[bytes]:
        """What is behind so many bytes."""
        skipped, rest = divmod(offset, self._block_size)
        for number in range(skipped, self._blocks):
            yield _block(number)[rest:]
            rest = 0


class GeneratedStream:
    """Blocks as a file that is read once."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; none at the end."""
        while len(self._rest) < size and (block := next(self._blocks, b"")):
            self._rest += block
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def close(self) -> None:
        """Nothing is held."""


class CountingAws:
    """S3, SQS and DynamoDB that take everything and count it, and remember how far the file was read."""

    def __init__(self, file: GeneratedFile, *, compressed: bool) -> None:
        self._file = file
        self._compressed = compressed
        self._progress: dict[str, Any] = {}
        self.messages = self.message_ticks = self.message_bytes = self.reports = self.invocations = 0

    def get_object(self, Range: str = "bytes=0-", **_: Any) -> dict[str, Any]:  # noqa: N803  # boto3's name
        """The generated file, from an offset on where it is not compressed."""
        self.invocations += 1
        blocks = self._file.from_offset(int(Range.removeprefix("bytes=").removesuffix("-")))
        stream = GeneratedStream(_compressed(blocks) if self._compressed else blocks)
        return {"Body": StreamingBody(cast(Any, stream), cast(Any, None))}

    def put_object(self, **_: Any) -> None:
        """A report."""
        self.reports += 1

    def send_message(self, **_: Any) -> None:
        """The file's name: that it is read on is the loop's doing."""

    def send_message_batch(self, *, Entries: list[dict[str, Any]], **_: Any) -> dict[str, Any]:  # noqa: N803  # boto3's name
        """All are taken."""
        self.messages += len(Entries)
        self.message_ticks += sum(entry["MessageBody"].count('"place"') for entry in Entries)
        self.message_bytes += sum(len(entry["MessageBody"]) for entry in Entries)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def update_item(self, *, ExpressionAttributeValues: dict[str, Any], **_: Any) -> dict[str, Any]:  # noqa: N803  # boto3's name
        """A checkpoint."""
        self._progress |= {name.removeprefix(":"): value for name, value in ExpressionAttributeValues.items()}
        return {"Attributes": self._progress}


def _block(number: int) -> bytes:
    first = number * BLOCK_LINES
    return "".join(_line(line) for line in range(first, first + BLOCK_LINES)).encode()


def _line(number: int) -> str:
    price = "NaN" if number % BAD_EVERY == BAD_EVERY - 1 else f"{93_000 + number % 977}.{number % 100:02}000000"
    at = FIRST_MICROSECOND + number * 1_700
    return f"{4_102_880_000 + number},{price},0.00120000,111.74401200,{at},True,True\n"


def _compressed(blocks: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    for block in blocks:
        yield packer.compress(block)
    yield packer.flush()


def _peak_mib() -> float:
    # Not getrusage, whose maximum includes that of the process which started this one.
    peak = re.search(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text())
    return int(peak[1]) / 1024 if peak else float("nan")


def _for_sections(count: int) -> TimeLeft:
    return iter([True] * (count - 1) + [False]).__next__


def measure(mib: int, *, compressed: bool, sections: int = SECTIONS) -> dict[str, float]:
    """Ingests so many MiB, so many sections an invocation, and tells what that cost."""
    file = GeneratedFile(mib * MIB)
    aws = CountingAws(file, compressed=compressed)
    client = cast(Any, aws)
    ingestion = Ingestion(
        SourceObjects(client, "bucket"),
        Checkpoints(client, "table", utc_now),
        ProcessingQueue(client, "processing"),
        Reports(client, "bucket"),
        IngestionQueue(client, "ingestion"),
        utc_now,
    )
    source = SourceObject(KEY, "1", file.size, compressed)
    before, begun = _peak_mib(), time.process_time()
    after = Progress()
    while not after.finished:
        after = ingestion.ingest(source, _for_sections(sections)).after
    seconds = time.process_time() - begun
    return {
        "MiB": after.offset / MIB,
        "invocations": aws.invocations,
        "lines": after.lines,
        "trades": after.ticks,
        "refused": after.refused,
        "messages": aws.messages,
        "trades in messages": aws.message_ticks,
        "MiB of messages": aws.message_bytes / MIB,
        "reports": aws.reports,
        "seconds": seconds,
        "lines a second": after.lines / seconds,
        "peak memory beyond the start, MiB": _peak_mib() - before,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mib", type=int, help="size of the file before compression, in MiB")
    parser.add_argument("--gzip", action="store_true", help="compress it")
    parser.add_argument("--sections", type=int, default=SECTIONS, help="how many an invocation reads")
    arguments = parser.parse_args()
    measured = measure(arguments.mib, compressed=arguments.gzip, sections=arguments.sections)
    for name, value in measured.items():
        print(f"{name:>34}  {value:,.1f}")
