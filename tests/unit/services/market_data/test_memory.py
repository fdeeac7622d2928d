"""What ingestion holds while it reads: a section, whatever the size."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from benchmarks.ingestion import BAD_EVERY, MIB, measure
from services.market_data.ingestion import SECTION_LINES

# Twice what a section takes; reading the file as a whole takes 130 MiB.
MOST_MIB = 36
FILE_MIB = 40
SECTIONS = 9


@pytest.mark.requirement("MD-4", "ALL-14")
@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="a process is told its peak of memory by Linux alone"
)
def test_a_large_file_is_read_in_a_section_s_memory_and_cut_and_resumed_without_loss_or_doubling():
    # In processes of their own, which have held nothing else.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        reading = [
            processes.submit(measure, FILE_MIB, compressed=compressed, sections=SECTIONS)
            for compressed in (False, True)
        ]
    for measured in (future.result() for future in reading):
        lines = int(measured["lines"])
        assert measured["MiB"] >= FILE_MIB
        assert lines > FILE_MIB * MIB // 80
        assert (measured["refused"], measured["trades"]) == (lines // BAD_EVERY, lines - lines // BAD_EVERY)
        assert measured["trades in messages"] == measured["trades"]
        assert measured["invocations"] == 1 + lines // (SECTIONS * SECTION_LINES)
        assert 0 < measured["peak memory beyond the start, MiB"] < MOST_MIB
    plain, packed = (future.result() for future in reading)
    assert plain["lines"] == packed["lines"]
