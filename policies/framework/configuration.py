"""What a project's file of settings says of the rules, read as the engine reads it, and more strictly."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final, cast

from policies.framework.rule import Rule

LEVEL: Final = "enforcementLevel"
LEVELS: Final = ("advisory", "mandatory", "remediate", "disabled")
ALL: Final = "all"


class ConfigurationError(ValueError):
    """A setting that no rule has, or whose value is none that it may have."""


@dataclass(frozen=True)
class Configuration:
    """`settings` are the values of knobs by rule; rules that are `disabled` are not asked."""

    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    disabled: frozenset[str] = frozenset()


def configuration(text: str, rules: Iterable[Rule]) -> Configuration:
    """What the text of a `--policy-pack-config` file says; nothing where it is empty.

    Raises ConfigurationError naming rule, key and value, and what is allowed.
    """
    known = {rule.name: rule for rule in rules}
    try:
        written = json.loads(text) if text.strip() else {}
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"it is not JSON, from line {error.lineno} column {error.colno} on") from None
    if not isinstance(written, Mapping):
        raise ConfigurationError("it must be an object of settings by rule")
    settings: dict[str, Mapping[str, Any]] = {}
    levels: dict[str, str] = {}
    for name, said in cast("Mapping[str, Any]", written).items():
        if name not in (*known, ALL):
            raise ConfigurationError(f"the pack has no rule `{name}`{_like(name, known)}")
        if not isinstance(said, str | Mapping):
            raise ConfigurationError(f"`{name}` is {json.dumps(said)}: say a level, or an object of settings")
        values = {LEVEL: said} if isinstance(said, str) else cast("Mapping[str, Any]", said)
        levels[name] = _level(name, values)
        knobs = {} if name == ALL else {knob.name: knob.schema for knob in known[name].knobs}
        settings[name] = {key: _checked(name, key, value, knobs) for key, value in values.items() if key != LEVEL}
    everyone = levels.get(ALL) or "mandatory"
    disabled = frozenset(name for name in known if (levels.get(name) or everyone) == "disabled")
    return Configuration(settings, disabled)


def _level(name: str, values: Mapping[str, Any]) -> str:
    """Empty where none is said."""
    level = values.get(LEVEL, "")
    if level not in LEVELS and LEVEL in values:
        raise ConfigurationError(f"`{name}.{LEVEL}` is {json.dumps(level)}: say one of {', '.join(LEVELS)}")
    return level


def _checked(rule: str, key: str, value: Any, schemas: Mapping[str, Mapping[str, Any]]) -> Any:
    if key not in schemas:
        has = f"it has {', '.join(schemas)}" if schemas else f"it has none but {LEVEL}"
        raise ConfigurationError(f"`{rule}` has no setting `{key}`: {has}")
    if not fits(value, schemas[key]):
        wanted = json.dumps(dict(schemas[key]))
        raise ConfigurationError(f"`{rule}.{key}` is {json.dumps(value)}: it must fit {wanted}")
    return value


def fits(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether a value fits a schema, of whose words only those are known that the pack's knobs use."""
    match schema["type"]:
        case "boolean":
            return isinstance(value, bool)
        case "string":
            return isinstance(value, str) and re.search(schema.get("pattern", ""), value) is not None
        case "integer":
            return (
                isinstance(value, int | float)
                and not isinstance(value, bool)
                and float(value).is_integer()
                and schema.get("minimum", value) <= value <= schema.get("maximum", value)
            )
        case "array":
            items = cast("list[Any]", value) if isinstance(value, list) else None
            return (
                items is not None
                and len(items) >= schema.get("minItems", 0)
                and all(fits(item, schema["items"]) for item in items)
            )
        case _:
            members = cast("dict[str, Any]", value) if isinstance(value, dict) else None
            return members is not None and all(fits(one, schema["additionalProperties"]) for one in members.values())


def _like(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f": did you mean `{near[0]}`?" if near else "; python -m policies.framework.listing prints those it has"
