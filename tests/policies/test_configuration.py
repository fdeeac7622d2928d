"""A file of settings is read as the engine reads it, and what no rule has is refused."""

import json
from typing import Any

import pytest

from policies.framework.catalogue import PACK
from policies.framework.configuration import Configuration, ConfigurationError, configuration, fits
from policies.framework.pack import find_rules

RULES = find_rules(PACK)
NAMES = frozenset(rule.name for rule in RULES)
TAGS = "tags-required"


def read(said: Any) -> Configuration:
    return configuration(json.dumps(said), RULES)


def test_an_empty_file_and_none_at_all_say_nothing() -> None:
    assert configuration("", RULES) == configuration(" \n", RULES) == read({}) == Configuration()


def test_values_are_given_to_their_rule_and_the_level_is_none_of_them() -> None:
    said = read({TAGS: {"keys": ["Owner"], "enforcementLevel": "advisory"}, "kms-deletion-window": {"days": 30}})
    assert said == Configuration({TAGS: {"keys": ["Owner"]}, "kms-deletion-window": {"days": 30}})


@pytest.mark.parametrize(
    ("said", "disabled"),
    [
        ({TAGS: "disabled"}, {TAGS}),
        ({TAGS: {"enforcementLevel": "disabled"}}, {TAGS}),
        ({"all": "disabled"}, NAMES),
        ({"all": {"enforcementLevel": "disabled"}, TAGS: {"keys": []}}, NAMES),
        ({"all": "disabled", TAGS: "mandatory"}, NAMES - {TAGS}),
        ({"all": "mandatory", TAGS: "disabled"}, {TAGS}),
        ({TAGS: "remediate"}, frozenset()),
    ],
)
def test_a_rule_is_disabled_by_its_own_level_or_by_that_of_all(said: Any, disabled: frozenset[str]) -> None:
    assert read(said).disabled == disabled


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ([], "it must be an object of settings by rule"),
        ({"tag-required": {}}, "the pack has no rule `tag-required`: did you mean `tags-required`?"),
        ({"xyz": {}}, "the pack has no rule `xyz`; python -m policies.framework.listing prints those it has"),
        (
            {TAGS: "off"},
            '`tags-required.enforcementLevel` is "off": say one of advisory, mandatory, remediate, disabled',
        ),
        ({"all": {"enforcementLevel": None}}, "`all.enforcementLevel` is null: say one of advisory"),
        ({TAGS: ["Owner"]}, '`tags-required` is ["Owner"]: say a level, or an object of settings'),
        ({TAGS: {"key": []}}, "`tags-required` has no setting `key`: it has keys, values"),
        ({"all": {"keys": []}}, "`all` has no setting `keys`: it has none but enforcementLevel"),
        ({TAGS: {"keys": "Owner"}}, '`tags-required.keys` is "Owner": it must fit {"type": "array"'),
    ],
)
def test_what_no_rule_has_or_takes_is_refused_with_what_is_allowed(said: Any, message: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(said)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "boolean"}, [True, False], [0, "true", None]),
        ({"type": "string"}, ["", "a"], [1, None, ["a"]]),
        ({"type": "string", "pattern": "^[a-z]*$"}, ["", "a"], ["A"]),
        ({"type": "integer"}, [0, -1, 2.0], [True, 1.5, "1", None]),
        ({"type": "integer", "minimum": 7, "maximum": 30}, [7, 30], [6, 31]),
        ({"type": "array", "items": {"type": "string"}}, [[], ["a"]], ["a", [1], None, {}]),
        ({"type": "array", "items": {"type": "string"}, "minItems": 1}, [["a"]], [[]]),
        ({"type": "object", "additionalProperties": {"type": "string"}}, [{}, {"a": "b"}], [{"a": 1}, [], None]),
    ],
)
def test_a_value_fits_its_schema_or_not(schema: dict[str, Any], good: list[Any], bad: list[Any]) -> None:
    assert all(fits(value, schema) for value in good)
    assert not any(fits(value, schema) for value in bad)


def test_the_knobs_use_no_word_of_json_schema_but_those_that_are_known_and_their_defaults_fit() -> None:
    words = {
        "boolean": set[str](),
        "string": {"pattern"},
        "integer": {"minimum", "maximum"},
        "array": {"items", "minItems"},
        "object": {"additionalProperties"},
    }
    for knob in (knob for rule in RULES for knob in rule.knobs):
        assert set(knob.schema) <= {"type"} | words[knob.schema["type"]], knob.name
        assert fits(knob.default, knob.schema), knob.name
