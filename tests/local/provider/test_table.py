"""The table speaks of what the SDK sends: nothing is named from memory."""

import importlib
import inspect
import re

import pytest

from local.provider.resources import TYPES
from local.provider.schema import ResourceType

# The SDK warns of its own deprecated classes when their module is loaded.
pytestmark = pytest.mark.filterwarnings("ignore:.*has been deprecated:DeprecationWarning")

MODULES = {"lambda": "lambda_"}


def _arguments(row: ResourceType) -> set[str]:
    module, name = re.fullmatch(r"aws:(\w+)/\w+:(\w+)", row.pulumi_type).groups()  # type: ignore[union-attr]
    sdk = importlib.import_module(f"pulumi_aws.{MODULES.get(module, module)}")
    own = importlib.import_module(getattr(sdk, name).__module__)
    # Where a nested type has the name already, the SDK calls a resource's arguments InitArgs.
    arguments = getattr(own, f"{name}InitArgs", None) or getattr(own, f"{name}Args")
    properties = inspect.getmembers(arguments, lambda entry: isinstance(entry, property))
    return {getattr(entry.fget, "_pulumi_name", name) for name, entry in properties}


@pytest.mark.parametrize("row", TYPES.values(), ids=[token.rpartition(":")[2] for token in TYPES])
def test_every_field_is_a_property_of_the_sdk(row: ResourceType) -> None:
    named = {field.name for field in row.fields} | ({"tags"} if row.tagging else set())
    assert named <= _arguments(row)


@pytest.mark.parametrize("row", TYPES.values(), ids=[token.rpartition(":")[2] for token in TYPES])
def test_a_type_takes_tags_exactly_when_the_sdk_does(row: ResourceType) -> None:
    assert (row.tagging is not None) == ("tags" in _arguments(row))


@pytest.mark.parametrize("row", TYPES.values(), ids=[token.rpartition(":")[2] for token in TYPES])
def test_identities_and_parts_name_fields(row: ResourceType) -> None:
    named = {field.name for field in row.fields}
    assert {*row.identity, *(name for part in row.parts for name in part.names)} <= named
