"""Mappings from DynamoDB streams: window, retries, age, bisection, partial responses and the on-failure destination.

AWS documentation, Lambda developer guide: "Using AWS Lambda with Amazon DynamoDB", "Lambda parameters for Amazon
DynamoDB event source mappings", "Configuring partial batch response with DynamoDB and Lambda", "Retaining discarded
records for a DynamoDB event source in Lambda" (splitting takes nothing from the retry quota; throttles are retried
without it; the destination gets the position of the batch, not its records).

MiniStack retries a failing batch for ever, as a whole and at once. A release that follows the mapping's settings makes
this unnecessary. Not supplied: several shards, ParallelizationFactor, tumbling windows, destinations other than SQS and
SNS; pauses between tries are a fraction of AWS's.
"""

import time
from typing import Any, NamedTuple

from local.emulator.gaps import roles
from local.emulator.gaps.mappings.failure_record import send
from local.emulator.gaps.mappings.stream_batch import MappingGoneError, Record, StreamBatch
from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.lambda_svc", "_poll_loop", "6a443090919adccf"),
    Wrapped("services.lambda_svc", "_poll_dynamodb_streams", "2b2460e933a9f3c3"),
    Wrapped("services.lambda_svc", "_dispatch_esm_batch", "b91ab76fad0bfaf7"),
    Wrapped("services.lambda_svc", "_init_stream_position", "bef560b23a1a9826"),
    Wrapped("services.lambda_svc", "_apply_filter_criteria", "d8d7d5c8f77ea1ac"),
    Wrapped("services.lambda_svc", "_execute_function", "3ceb16d6480a2161"),
    *roles.WRAPPED,
)
Scope = tuple[str, str]


def close(settings: GapSettings) -> None:
    """Replace the pass over all mappings of streams."""
    service = load("services.lambda_svc")
    service._poll_dynamodb_streams = _StreamPoller(service, load("services.dynamodb"), settings).poll


class _Reading(NamedTuple):
    """What one batch starts from."""

    mapping: dict[str, Any]
    function: Any
    config: dict[str, Any]
    records: list[Record]
    position: int
    scope: Scope


class _StreamPoller:
    """Starts a batch for each mapping that has records and no batch at work."""

    def __init__(self, service: Any, tables: Any, settings: GapSettings) -> None:
        self._service, self._tables, self._settings = service, tables, settings
        # When each mapping's waiting records were first seen, for its batching window.
        self._seen: dict[str, float] = {}

    def poll(self) -> bool:
        """One pass; True when there may be more to do at once."""
        started = False
        for account, region, mapping in self._service._iter_all_esms():
            if mapping.get("Enabled", True) and ":dynamodb:" in mapping.get("EventSourceArn", ""):
                with load("core.responses").request_scope(account, region):
                    started = self._start(mapping, (account, region)) or started
        return started

    def _start(self, mapping: dict[str, Any], scope: Scope) -> bool:
        service, key = self._service, mapping["UUID"]
        function, config = service._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
        if function is None or service._esm_inflight.get(key):
            return False
        name = mapping["EventSourceArn"].split("/")[1]
        if (self._tables._tables.get(name) or {}).get("LatestStreamArn") != mapping["EventSourceArn"]:
            return False
        position = self._position(mapping, name)
        found = self._tables.stream_records_since(name, position, int(mapping.get("BatchSize") or 100))
        if not found or self._gathering(mapping, found):
            return False
        self._seen.pop(key, None)
        reading = _Reading(mapping, function, config, list(found), position, scope)
        service._dispatch_esm_batch(key, self._run, reading)
        return True

    def _position(self, mapping: dict[str, Any], name: str) -> int:
        """Where to read; a position outside the stream, as after a kill between two saves, is put back into it."""
        service, key = self._service, mapping["UUID"]
        service._init_stream_position(key, mapping["EventSourceArn"], mapping.get("StartingPosition", "LATEST"))
        oldest, newest = self._tables.stream_start_position(name), self._tables.stream_end_position(name)
        position = min(max(service._dynamodb_stream_positions[key], oldest), newest)
        service._dynamodb_stream_positions[key] = position
        return position

    def _gathering(self, mapping: dict[str, Any], found: list[Record]) -> bool:
        window_s = int(mapping.get("MaximumBatchingWindowInSeconds") or 0)
        if not window_s or len(found) >= int(mapping.get("BatchSize") or 100):
            return False
        return time.time() - self._seen.setdefault(mapping["UUID"], time.time()) < window_s

    def _run(self, reading: _Reading) -> None:
        service, mapping, scope = self._service, reading.mapping, reading.scope
        numbers = [record["dynamodb"]["SequenceNumber"] for record in reading.records]
        after = {number: reading.position + place for place, number in enumerate(numbers, start=1)}

        def read_until(place: int) -> None:
            if self._wanted(mapping, scope):
                service._dynamodb_stream_positions.set_scoped(*scope, mapping["UUID"], place)

        batch = StreamBatch(
            mapping,
            invoke=lambda records: service._execute_function(reading.function, {"Records": records}),
            discard=lambda discarded: send(self._settings, mapping, reading.config, discarded),
            resolved=lambda record: read_until(after[record["dynamodb"]["SequenceNumber"]]),
            still_wanted=lambda: self._wanted(mapping, scope),
        )
        try:
            batch.run(service._apply_filter_criteria(reading.records, mapping))
        except MappingGoneError:
            return
        read_until(reading.position + len(reading.records))
        mapping["LastProcessingResult"] = "OK"

    def _wanted(self, mapping: dict[str, Any], scope: Scope) -> bool:
        current = self._service._esms.get_scoped(*scope, mapping["UUID"])
        return current is not None and bool(current.get("Enabled", True))
