import json
import re
from pathlib import Path
from typing import Any

import pytest

from services.market_data.domain.aggregates_request import MAX_LIMIT, parse_aggregates_request
from services.market_data.domain.tick import SYMBOL
from services.market_data.domain.tick_batch import MAX_TICKS, tick_batches
from services.market_data.domain.touched_windows import MAX_WINDOWS, touched_windows
from services.market_data.domain.window import LENGTHS
from tests.unit.services.market_data.market import MIDNIGHT, tick

SCHEMAS = Path(__file__).parents[4] / "services" / "market_data" / "schemas"


def schema(name: str) -> dict[str, Any]:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text())


def fits(described: dict[str, Any], value: Any) -> bool:
    """Whether a value has what a published schema says: required members, patterns, and numbers of items."""
    if described["type"] == "object":
        members = described["properties"]
        return set(described["required"]) == set(value) and all(fits(members[name], value[name]) for name in value)
    if described["type"] == "array":
        return described["minItems"] <= len(value) <= described["maxItems"] and all(
            fits(described["items"], item) for item in value
        )
    return isinstance(value, str) and bool(re.search(described.get("pattern", ""), value))


@pytest.mark.requirement("RP-2", "MD-6")
def test_messages_and_events_are_what_is_published():
    ticks = [tick(1, "0.10", "1e-7", symbol="BTC-USD", sequence=10**22 - 1), tick(2)]
    (batch,) = tick_batches(ticks)
    assert fits(schema("tick-batch.v1"), json.loads(batch.text))
    (event,) = touched_windows("m", [("A", MIDNIGHT), ("A", 0)])
    assert fits(schema("windows-touched.v1"), json.loads(event.detail))


@pytest.mark.requirement("ALL-7", "MD-7")
def test_the_models_allow_what_the_functions_do():
    ingest, aggregates = schema("ingest")["properties"], schema("aggregates")["properties"]
    assert ingest["ticks"]["maxItems"] == schema("tick-batch.v1")["properties"]["ticks"]["maxItems"] == MAX_TICKS
    assert schema("windows-touched.v1")["properties"]["windows"]["maxItems"] == MAX_WINDOWS
    assert (aggregates["window"]["enum"], aggregates["limit"]["maximum"]) == (list(LENGTHS), MAX_LIMIT)
    assert ingest["ticks"]["items"]["properties"]["timestamp"]["type"] == ["string", "number"]
    request = {"symbol": "a", "from": "2026-11-21T00:00:00Z", "to": "2026-11-22T00:00:00Z"}
    assert set(request) == set(schema("aggregates")["required"])
    assert parse_aggregates_request(request).limit <= MAX_LIMIT
    for pattern in (ingest["ticks"]["items"]["properties"]["symbol"]["pattern"], aggregates["symbol"]["pattern"]):
        assert pattern == f"^{SYMBOL.pattern}$".replace("A-Z0-9", "A-Za-z0-9")
