"""`python -m benchmarks.ingestion MIB [--gzip]`: ingests a generated file of trades, all of AWS being counting stubs.

Shows seconds of the processor, lines a second of it, and the most memory held beside what was held before it began.
"""

import argparse
import resource
import time
import zlib
from collections.abc import Iterator
from itertools import count
from typing import Any, cast

from botocore.response import StreamingBody

from services.common.timestamp import utc_now
from services.market_data.checkpoints import Checkpoints
from services.market_data.ingestion import Ingestion
from services.market_data.ingestion_queue import IngestionQueue
from services.market_data.processing_queue import ProcessingQueue
from services.market_data.reports import Reports
from services.market_data.source_objects import SourceObject, SourceObjects

MIB = 1_048_576
KEY = "BTCUSDT-trades-2026-11-20.csv"
BLOCK_LINES = 10_000
FIRST_MICROSECOND = 1_763_596_800_000_000
# One line in so many is none.
BAD_EVERY = 5_000


class GeneratedStream:
    """Trades in Binance's format as a file that is read once, of at least so many bytes before compression."""

    def __init__(self, size: int, *, compressed: bool) -> None:
        blocks = _blocks(size)
        self._blocks = _compressed(blocks) if compressed else blocks
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
    """S3, SQS and DynamoDB that take everything, and count trades and bytes."""

    def __init__(self, stream: GeneratedStream) -> None:
        self._stream = stream
        self.messages = self.message_bytes = self.reports = self.checkpoints = 0

    def get_object(self, **_: Any) -> dict[str, Any]:
        """The generated file."""
        return {"Body": StreamingBody(cast(Any, self._stream), cast(Any, None))}

    def put_object(self, **_: Any) -> None:
        """A report."""
        self.reports += 1

    def send_message_batch(self, *, Entries: list[dict[str, Any]], **_: Any) -> dict[str, Any]:  # noqa: N803  # boto3's name
        """All are taken."""
        self.messages += len(Entries)
        self.message_bytes += sum(len(entry["MessageBody"]) for entry in Entries)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def update_item(self, **_: Any) -> dict[str, Any]:
        """A checkpoint; nothing was read before."""
        self.checkpoints += 1
        return {}


def _blocks(size: int) -> Iterator[bytes]:
    made = 0
    for first in count(step=BLOCK_LINES):
        if made >= size:
            return
        block = "".join(_line(number) for number in range(first, first + BLOCK_LINES)).encode()
        made += len(block)
        yield block


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
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(mib: int, *, compressed: bool) -> dict[str, float]:
    """Ingests so many MiB and tells what that cost."""
    aws = CountingAws(GeneratedStream(mib * MIB, compressed=compressed))
    client = cast(Any, aws)
    ingestion = Ingestion(
        SourceObjects(client, "bucket"),
        Checkpoints(client, "table", utc_now),
        ProcessingQueue(client, "processing"),
        Reports(client, "bucket"),
        IngestionQueue(client, "ingestion"),
        utc_now,
    )
    before, begun = _peak_mib(), time.process_time()
    after = ingestion.ingest(SourceObject(KEY, "1", mib * MIB, compressed), lambda: True).after
    seconds = time.process_time() - begun
    return {
        "MiB": after.offset / MIB,
        "lines": after.lines,
        "trades": after.ticks,
        "refused": after.refused,
        "messages": aws.messages,
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
    arguments = parser.parse_args()
    for name, value in measure(arguments.mib, compressed=arguments.gzip).items():
        print(f"{name:>34}  {value:,.1f}")
