"""Values at the bounds of what a JSON schema of draft 4 describes, and one step to either side of them."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

# By the schema's names of the types; whole numbers are numbers, too.
OF_TYPE: Mapping[str, Any] = {
    "string": "1", "number": 1.5, "integer": 1, "boolean": True, "null": None, "array": [], "object": {},
}  # fmt: skip
# The smallest step of a number here.
TICK = 1e-18


def at_a_bound(body: Any, schema: Mapping[str, Any], random: Random) -> Any:
    """The body with one of the described values at or beyond a bound; what is no object is replaced as a whole."""
    if not isinstance(body, dict) or random.random() < 0.05:
        return random.choice([*_values(body, schema)])
    described = schema.get("properties", {})
    name = random.choice([*described, *schema.get("required", []), *_no_properties(schema)])
    if name not in described:
        return body | {name: 1}
    if name in body and name in schema.get("required", []) and random.random() < 0.1:
        return {other: value for other, value in body.items() if other != name}
    return body | {name: _changed(body.get(name), described[name], random)}


def _changed(value: Any, schema: Mapping[str, Any], random: Random) -> Any:
    inner = schema.get("items")
    if isinstance(value, list) and value and inner and random.random() < 0.7:
        place = random.randrange(len(value))
        return [*value[:place], at_a_bound(value[place], inner, random), *value[place + 1 :]]
    if isinstance(value, dict) and random.random() < 0.9:
        return at_a_bound(value, schema, random)
    return random.choice([*_values(value, schema)])


def _no_properties(schema: Mapping[str, Any]) -> list[str]:
    return ["not described"] if schema.get("additionalProperties") is False else []


def _values(value: Any, schema: Mapping[str, Any]) -> Iterator[Any]:
    """The value itself, then those about each bound."""
    yield value
    kinds = schema.get("type", [*OF_TYPE])
    allowed = kinds if isinstance(kinds, list) else [kinds]
    yield from (other for kind, other in OF_TYPE.items() if kind not in allowed)
    for bound in ("minimum", "maximum"):
        if bound in schema:
            yield from (schema[bound] + step for step in (-1, -TICK, 0, TICK, 1))
    for bound in ("minLength", "maxLength"):
        if bound in schema:
            yield from ("A" * length for length in _about(schema[bound]))
    for bound in ("minItems", "maxItems"):
        if bound in schema and isinstance(value, list) and value:
            yield from ([value[0]] * length for length in _about(schema[bound]))
    yield from (f"{one}{more}" for one in schema.get("enum", []) for more in ("", " ", "s"))
    yield from (str(one).swapcase() for one in schema.get("enum", []))
    if "pattern" in schema and isinstance(value, str):
        yield from (value[:-1], value[1:], value * 2, f"{value}\n", f" {value}", f"{value}0", f"-{value}", f"{value}.")


def _about(bound: int) -> list[int]:
    return [length for length in (bound - 1, bound, bound + 1) if length >= 0]
