import gzip
import json
from collections.abc import Callable
from itertools import count

import pytest
from botocore.exceptions import ClientError, IncompleteReadError
from hypothesis import given
from hypothesis import strategies as st

from services.market_data.checkpoints import Checkpoints
from services.market_data.domain.section import Progress
from services.market_data.domain.tick_batch import MAX_TICKS, parse_tick_batch
from services.market_data.ingestion import Ingestion, Reading
from services.market_data.ingestion_queue import IngestionQueue
from services.market_data.processing_queue import NotSentError, ProcessingQueue
from services.market_data.reports import Reports
from services.market_data.source_objects import SourceObject, SourceObjects, UnreadableObjectError
from services.market_data.system import data_ingestion
from tests.unit.services.fakes import THROTTLED, TIMED_OUT, FakeClock
from tests.unit.services.market_data.fake_s3 import FakeS3
from tests.unit.services.market_data.fake_sqs import FakeQueues
from tests.unit.services.market_data.fake_state import FakeState
from tests.unit.services.market_data.files import OWN_HEADER, numbered, own

KEY = "in/a.csv"


class Intake:
    """A bucket, and ingestion from it in sections of so many lines."""

    def __init__(self, section_lines: int = 2) -> None:
        self.s3, self.sqs, self.state, self.clock = FakeS3(), FakeQueues(), FakeState(), FakeClock()
        self.objects = SourceObjects(self.s3, "bucket")
        self.checkpoints = Checkpoints(self.state, "state", self.clock)
        self.ingestion = Ingestion(
            self.objects,
            self.checkpoints,
            ProcessingQueue(self.sqs, "processing"),
            Reports(self.s3, "bucket"),
            IngestionQueue(self.sqs, "ingestion"),
            self.clock,
            section_lines,
        )

    def ingest(self, key: str = KEY, time_left: Callable[[], bool] = lambda: True) -> Reading:
        return self.ingestion.ingest(self.objects.find(key), time_left)

    def prices(self) -> list[int]:
        """The prices of all ticks in the processing queue, copies included, in the order of their arrival."""
        batches = [json.loads(message["MessageBody"]) for message in self.sqs.queues["processing"]]
        return [int(tick.price) for batch in batches for tick in parse_tick_batch(batch)]

    def reports(self) -> dict[str, list[dict[str, object]]]:
        return {
            key: [json.loads(line) for line in versions[-1].splitlines()]
            for key, versions in sorted(self.s3.objects.items())
            if key.startswith("reports/")
        }


@pytest.fixture
def intake() -> Intake:
    return Intake()


@pytest.mark.requirement("MD-4")
@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_an_object_becomes_messages_and_a_finished_progress(intake: Intake, compress: Callable[[bytes], bytes]):
    intake.s3.put(KEY, compress(numbered(7)))
    after = intake.ingest().after
    assert intake.prices() == [1, 2, 3, 4, 5, 6, 7]
    assert (after.lines, after.ticks, after.refused, after.finished) == (8, 7, 0, True)
    assert after.offset == len(numbered(7))
    assert intake.sqs.queues["ingestion"] == []


@pytest.mark.requirement("MD-4", "ALL-14")
@given(
    lines=st.integers(0, 12),
    section=st.integers(1, 5),
    compressed=st.booleans(),
    crashes=st.lists(st.sampled_from(["send_message_batch", "put_object", "update_item", None]), max_size=6),
    data=st.data(),
)
def test_wherever_it_is_cut_no_line_is_lost_and_only_what_was_not_recorded_is_repeated(
    lines: int, section: int, compressed: bool, crashes: list[str | None], data: st.DataObject
):
    intake = Intake(section)
    content = numbered(lines) + b"bad\n" * (lines % 3)
    intake.s3.put(KEY, gzip.compress(content) if compressed else content)
    for crash in crashes:
        if crash:
            intake.s3.failures[crash].clear()
            target = intake.sqs if "message" in crash else intake.s3 if "object" in crash else intake.state
            target.fail(crash, *[None] * data.draw(st.integers(0, 3)), THROTTLED)
        sections = count()
        allowed = data.draw(st.integers(1, 3))
        try:
            intake.ingest(time_left=lambda sections=sections, allowed=allowed: next(sections) + 1 < allowed)
        except ClientError:
            continue
    for fake in (intake.s3, intake.sqs, intake.state):
        fake.failures.clear()
    after = intake.ingest().after
    assert sorted(set(intake.prices())) == list(range(1, lines + 1))
    assert (after.lines, after.ticks, after.refused, after.finished) == (lines + 1 + lines % 3, lines, lines % 3, True)
    assert sum(len(entries) for entries in intake.reports().values()) == lines % 3
    if not any(crashes):
        assert intake.prices() == list(range(1, lines + 1))


@pytest.mark.requirement("MD-4", "ALL-14")
def test_out_of_time_it_hands_itself_on_and_goes_on_from_its_checkpoint(intake: Intake):
    intake.s3.put(KEY, numbered(7))
    first = intake.ingest(time_left=lambda: False).after
    assert (first.lines, first.finished) == (2, False)
    (message,) = intake.sqs.queues["ingestion"]
    assert json.loads(message["MessageBody"]) == {"key": KEY, "version_id": "v1"}
    assert message["DelaySeconds"] == 0
    intake.s3.read = 0
    second = intake.ingest()
    assert second.before == first
    assert intake.prices() == [1, 2, 3, 4, 5, 6, 7]
    assert intake.s3.read == len(numbered(7)) - first.offset + len("bytes"[:2])


@pytest.mark.requirement("ALL-14")
def test_a_finished_object_is_not_read_again(intake: Intake):
    intake.s3.put(KEY, numbered(3))
    intake.ingest()
    again = intake.ingest()
    assert again.before == again.after
    assert intake.prices() == [1, 2, 3]


@pytest.mark.requirement("ALL-14")
def test_another_version_of_an_object_is_read_anew_and_repeats_the_places_of_its_trades(intake: Intake):
    without_ids = b"1795165200,1,1\n"
    intake.s3.put("XBTUSD.csv", without_ids)
    intake.ingest("XBTUSD.csv")
    intake.s3.put("XBTUSD.csv", without_ids + b"1795165201,2,1\n")
    intake.ingest("XBTUSD.csv")
    bodies = [json.loads(message["MessageBody"])["ticks"] for message in intake.sqs.queues["processing"]]
    assert bodies[0][0] == bodies[1][0]
    assert intake.prices() == [1, 1, 2]


@pytest.mark.requirement("MD-4", "ALL-14")
def test_who_is_overtaken_has_the_object_read_on_once_who_is_ahead_has_ended(intake: Intake):
    intake.s3.put(KEY, numbered(9))
    source = intake.objects.find(KEY)

    def overtaken() -> bool:
        # By a request, say, that fails then and is never sent again.
        intake.checkpoints.advance(source, Progress(offset=len(numbered(5)), lines=6, first_line=OWN_HEADER.encode()))
        return True

    reading = intake.ingest(time_left=overtaken)
    assert reading.after == reading.before
    (message,) = intake.sqs.queues["ingestion"]
    assert message["DelaySeconds"] == data_ingestion.timeout
    assert intake.ingest().after.finished
    assert sorted(set(intake.prices())) == [1, 2, 3, *range(6, 10)]


@pytest.mark.requirement("MD-4")
def test_bad_lines_go_to_reports_by_section_and_are_counted(intake: Intake):
    intake.s3.put(KEY, own("A,1,1,1,1", "A,1795165200,1,1,1", "A,1795165201,2,1,2", "A,1795165202,-3,1,3"))
    after = intake.ingest().after
    assert (after.ticks, after.refused) == (2, 2)
    reports = intake.reports()
    assert list(reports) == [f"reports/{KEY}/v1/{line:012}.report" for line in (2, 5)]
    assert reports[f"reports/{KEY}/v1/{5:012}.report"] == [
        {"line": 5, "reason": "price is '-3'; allowed is a number from 0, with at most 18 digits before the point and "
         "18 after it"}
    ]  # fmt: skip


def test_the_report_on_an_object_with_the_longest_key_has_a_key(intake: Intake):
    intake.s3.put("k" * 1_020 + ".csv", own("bad"))
    intake.ingest("k" * 1_020 + ".csv")
    (key,) = intake.reports()
    assert len(key) < 200


@pytest.mark.requirement("MD-4")
@pytest.mark.parametrize("spoil", [lambda packed: packed[:-12], lambda packed: packed[:60] + b"\0" * 20 + packed[80:]])
def test_a_broken_compression_is_reported_and_what_came_before_it_kept(intake: Intake, spoil: Callable[[bytes], bytes]):
    intake.s3.put(KEY, spoil(gzip.compress(numbered(60))))
    after = intake.ingest().after
    assert after.finished
    (*_, last) = (entry for entries in intake.reports().values() for entry in entries)
    assert "nothing is ingested from here on: the gzip stream is broken" in str(last["reason"])
    assert intake.prices() == list(range(1, after.ticks + 1))


def test_several_streams_compressed_into_one_object_are_one(intake: Intake):
    intake.s3.put(KEY, gzip.compress(numbered(2)) + gzip.compress(b"A,1763700009,3,1,3\n"))
    assert intake.ingest().after.ticks == 3


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_a_lost_connection_is_no_end_of_the_object(intake: Intake, compress: Callable[[bytes], bytes]):
    intake.s3.put(KEY, compress(numbered(40)))
    intake.s3.breaks_after = 50
    with pytest.raises(IncompleteReadError):
        intake.ingest()
    intake.s3.breaks_after = None
    assert intake.ingest().after.ticks == 40
    assert sorted(set(intake.prices())) == list(range(1, 41))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\r\n"])
def test_an_empty_object_is_finished_at_once(intake: Intake, content: bytes):
    intake.s3.put(KEY, content)
    after = intake.ingest().after
    assert (after.ticks, after.refused, after.finished) == (0, 0, True)


def test_an_object_cut_behind_its_last_line_is_finished_by_the_next_invocation(intake: Intake):
    intake.s3.put(KEY, numbered(3))
    assert not intake.ingest(time_left=iter([True, False]).__next__).after.finished
    assert intake.ingest().after.finished


def test_an_object_that_is_not_there_or_not_to_be_read_is_told(intake: Intake):
    with pytest.raises(UnreadableObjectError, match=r"there is no object 'none\.csv'"):
        intake.objects.find("none.csv")
    intake.s3.put(KEY, b"a")
    with pytest.raises(UnreadableObjectError):
        intake.objects.find(KEY, "v2")
    intake.s3.fail("get_object", THROTTLED)
    with pytest.raises(ClientError):
        intake.objects.find(KEY)


@pytest.mark.requirement("ALL-14")
def test_messages_that_sqs_refuses_are_sent_again_and_no_progress_is_recorded_before_they_are(intake: Intake):
    intake.s3.put(KEY, numbered(1))
    intake.sqs.refusals = [1, 1]
    assert intake.ingest().after.ticks == 1
    intake.s3.put("in/b.csv", numbered(2))
    intake.sqs.refusals = [1, 1, 1]
    with pytest.raises(NotSentError, match="refused 1 messages 3 times"):
        intake.ingest("in/b.csv")
    assert intake.checkpoints.begin(intake.objects.find("in/b.csv")) == Progress()


@pytest.mark.requirement("ALL-14")
def test_an_object_whose_handing_on_failed_raises_so_that_its_trigger_tries_again(intake: Intake):
    intake.s3.put(KEY, numbered(5))
    intake.sqs.fail("send_message", TIMED_OUT)
    with pytest.raises(type(TIMED_OUT)):
        intake.ingest(time_left=lambda: False)


@pytest.mark.requirement("ALL-14")
def test_a_checkpoint_that_could_not_be_written_raises(intake: Intake):
    source = SourceObject(KEY, "v1", 0, compressed=False)
    intake.state.fail("update_item", THROTTLED)
    with pytest.raises(ClientError):
        intake.checkpoints.advance(source, Progress())


@pytest.mark.requirement("MD-4")
def test_messages_hold_500_ticks_and_calls_what_sqs_takes():
    intake = Intake(section_lines=25_000)
    intake.s3.put(KEY, numbered(6_001))
    intake.ingest()
    messages = intake.sqs.queues["processing"]
    assert len(messages) == 13
    assert all(len(json.loads(message["MessageBody"])["ticks"]) <= MAX_TICKS for message in messages)
    sizes = [sum(len(entry["MessageBody"]) for entry in batch) for batch in intake.sqs.batches]
    assert max(sizes) <= 250_000
    assert len(sizes) == -(-sum(sizes) // 250_000)
    assert intake.prices() == list(range(1, 6_002))


@pytest.mark.requirement("ALL-14")
def test_a_message_s_id_is_that_of_every_message_with_the_same_ticks():
    ids: list[list[str]] = []
    for _ in range(2):
        intake = Intake()
        intake.s3.put(KEY, numbered(3))
        intake.ingest()
        ids.append([m["MessageAttributes"]["message_id"]["StringValue"] for m in intake.sqs.queues["processing"]])
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 2
