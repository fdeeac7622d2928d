"""Properties whose value is JSON text."""

import json
from collections.abc import Mapping
from typing import Any, cast

from policies.framework.resource import Resource


def json_object(resource: Resource, path: str) -> Mapping[str, Any]:
    """The object in the text; an empty one where the property is absent, or is no JSON of an object."""
    text = resource.read(path)
    try:
        parsed = json.loads(text) if isinstance(text, str) else text
    except json.JSONDecodeError:
        return {}
    return cast("Mapping[str, Any]", parsed) if isinstance(parsed, Mapping) else {}
