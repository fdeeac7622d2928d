"""Requests that no sender should send: good ones with something wrong in their bodies, and bytes that are none."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from random import Random
from typing import Any

from shared.checkout import CHECKOUT, SERVICES
from shared.model import System
from shared.systems import folder_name
from tests.faults.schema_bounds import at_a_bound

Sample = Mapping[str, Any]

NASTY: Sequence[Any] = (
    None, True, False, 0, -1, -0.0, 1e308, 10**40, "", " ", "NaN", "1e400", "-1", "0x10", "1_000", "١٢", "é", "e\u0301",
    "👩‍💻", "\u0000", "\ufffe", "\u202e", "x" * 5_000, "2026-11-21T10:00:00Z", "2026-13-41T25:61:61Z", "../..",
    "' OR 1=1 --",
    "{{7*7}}", "<script>", "#", "A#B", [], {}, [[]], [None], {"": ""}, {"S": "x"}, {"$ref": "#"}, [1] * 200,
)  # fmt: skip
# As text, since no encoder writes them.
LITERALS = (
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "1" * 5_000,
    "0." + "1" * 200,
    "01",
    "+1",
    "'a'",
    "undefined",
    '"\\ud800"',
)
MARK = "\u2063literal\u2063"


def bad_requests(system: System, random: Random) -> Iterator[tuple[Sample, bytes]]:
    """Without end: each a sample that the system accepts, and a body made of its own; some are good, by chance."""
    lines = (CHECKOUT / "examples" / system.name / "webhooks.jsonl").read_text().replace("{run}", "39").splitlines()
    samples = [sample for sample in map(json.loads, lines) if sample["expect"] in (200, 202)]
    bodies = [bad_bodies(sample["body"], _schema(system, sample), random) for sample in samples]
    while True:
        place = random.randrange(len(samples))
        yield samples[place], next(bodies[place])


def bad_bodies(good: Any, schema: Mapping[str, Any], random: Random) -> Iterator[bytes]:
    """Without end, of a good one that the schema describes; some are still good, by chance."""

    def _at_a_bound(body: Any, random: Random) -> bytes:
        return _encoded(at_a_bound(body, schema, random))

    ways: Sequence[tuple[int, Callable[[Any, Random], bytes]]] = (
        (8, _at_a_bound),
        (6, _with_other_value),
        (3, _with_literal),
        (3, _without_a_field),
        (2, _with_one_more),
        (1, _with_a_key_twice),
        (1, _nested),
        (2, _cut),
        (2, _with_other_bytes),
        (1, _no_json_at_all),
    )
    weights = [weight for weight, _ in ways]
    while True:
        (_, way) = random.choices(ways, weights)[0]
        yield way(deepcopy(good), random)


def _schema(system: System, sample: Sample) -> Mapping[str, Any]:
    """What the API says of the bodies of the sample's route."""
    (api,) = system.apis
    path = sample.get("path", "/webhook")
    (body,) = (route.body for route in api.routes if route.path == path)
    assert body is not None
    return json.loads((SERVICES / folder_name(system.name) / body).read_text())


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container in the value, with each of its keys or positions."""
    if not isinstance(value, dict | list):
        return []
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    return [(value, key) for key in keys] + [place for key in keys for place in _places(value[key])]


def _encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


def _with_other_value(body: Any, random: Random) -> bytes:
    for _ in range(random.randint(1, 3)):
        container, key = random.choice(_places(body))
        container[key] = deepcopy(random.choice(NASTY))
        if not _places(body):
            break
    return _encoded(body)


def _with_literal(body: Any, random: Random) -> bytes:
    container, key = random.choice(_places(body))
    container[key] = MARK
    return _encoded(body).replace(_encoded(MARK), random.choice(LITERALS).encode(), 1)


def _without_a_field(body: Any, random: Random) -> bytes:
    container, key = random.choice(_places(body))
    del container[key]
    return _encoded(body)


def _with_one_more(body: Any, random: Random) -> bytes:
    containers = [container for container, _ in _places(body) if isinstance(container, dict)]
    container = random.choice(containers)
    container[random.choice(("", "x", "S", "__proto__", "price", "é", "\u0000", "k" * 300))] = deepcopy(
        random.choice(NASTY)
    )
    return _encoded(body)


def _with_a_key_twice(body: Any, random: Random) -> bytes:
    return (
        b'{"'
        + random.choice(list(body)).encode()
        + b'": '
        + _encoded(deepcopy(random.choice(NASTY)))
        + b", "
        + _encoded(body)[1:]
    )


def _nested(body: Any, random: Random) -> bytes:
    depth = random.choice((30, 33, 500, 20_000))
    inner = b"[" * depth + b"]" * depth
    return _encoded(body)[:-1] + b', "deep": ' + inner + b"}"


def _cut(body: Any, random: Random) -> bytes:
    raw = _encoded(body)
    return raw[: random.randrange(len(raw))]


def _with_other_bytes(body: Any, random: Random) -> bytes:
    raw = bytearray(_encoded(body))
    for _ in range(random.randint(1, 4)):
        raw[random.randrange(len(raw))] = random.randrange(256)
    return bytes(raw)


def _no_json_at_all(_: Any, random: Random) -> bytes:
    return random.choice((b"", b"null", b"\xef\xbb\xbf{}", b"[]", b"<a/>", b"a=b&c=d", random.randbytes(40)))
