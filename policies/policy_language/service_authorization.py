"""What AWS's Service Authorization Reference says of actions; the data's date and source are in the file itself."""

import json
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("service_authorization.json")


def takes_no_resource(action: str) -> bool:
    """Whether the reference lists an action like `xray:PutTraceSegments`, in any case, without a resource type.

    False for an action that it does not list, and for a pattern.
    """
    service, _, name = action.lower().partition(":")
    return name in _without_resource().get(service, frozenset())


@cache
def _without_resource() -> dict[str, frozenset[str]]:
    """Names of actions by service prefix, all in lower case: IAM compares them so."""
    services: dict[str, str] = json.loads(DATA.read_text())["without_resource"]
    return {service: frozenset(names.lower().split()) for service, names in services.items()}
