"""What AWS's Service Authorization Reference says of actions; the data's date and source are in the file itself."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

DATA = Path(__file__).with_name("service_authorization.json")

# A qualified ARN names the function as well: the reference lists calls under the function alone.
QUALIFIED: Final = {"function alias": "function", "function version": "function"}


@dataclass(frozen=True)
class Service:
    """One service: `actions` in lower case with their resource types, and the ARN pattern of each type."""

    actions: dict[str, frozenset[str]]
    arns: dict[str, str]


def exists(action: str) -> bool:
    """Whether the reference lists the action, or for a pattern at least one that fits; IAM ignores the case."""
    service, _, name = action.lower().partition(":")
    if service == "*":
        return True
    known = _service(service).actions
    return name in known or any(re.fullmatch(_glob(name), each) for each in known)


def takes_no_resource(action: str) -> bool:
    """Whether the reference lists an action like `xray:PutTraceSegments`, in any case, without a resource type.

    False for an action that it does not list, and for a pattern.
    """
    return resource_types(action) == frozenset()


def resource_types(action: str) -> frozenset[str] | None:
    """The types of resource that the action is about; None for an action that is not listed, and for a pattern."""
    service, _, name = action.lower().partition(":")
    return _service(service).actions.get(name)


def types_of(action: str, arn: str) -> frozenset[str]:
    """The types, among those of the action's service, that the ARN is one of: those whose pattern says most.

    An ARN that ends in `:*` names the parts of what is before it as well: a log group's streams.
    """
    arns = _service(action.lower().partition(":")[0]).arns
    _, _, rest = arn.split(":", 2)
    fitting = [name for name, pattern in arns.items() if _arn(pattern).fullmatch(rest)]
    most = max((_literal(arns[name]) for name in fitting), default=0)
    found = {name for name in fitting if _literal(arns[name]) == most}
    if rest.endswith(":*"):
        found |= {name for name, pattern in arns.items() if _is_part(rest[:-1], pattern)}
    return frozenset(QUALIFIED.get(name, name) for name in found)


def _is_part(beginning: str, pattern: str) -> bool:
    """Whether something that begins so fits the pattern, whose last two parts are a kind and a name."""
    *_, kind, _ = ["", *pattern.split(":")]
    return kind != "*" and _arn(pattern).fullmatch(f"{beginning}{kind}:x") is not None


def _literal(pattern: str) -> int:
    return len(pattern.replace("*", ""))


def _glob(text: str) -> str:
    return re.escape(text).replace(r"\*", ".*").replace(r"\?", ".")


@cache
def _arn(pattern: str) -> re.Pattern[str]:
    """A variable spans no colon, but for the last, which may: the names of some resources have colons."""
    parts = re.escape(pattern).split(r"\*")
    ends_in_name = len(parts) > 1 and not parts[-1]
    middle = "[^:]*".join(parts[:-1]) if ends_in_name else "[^:]*".join(parts)
    return re.compile(middle + ".*" if ends_in_name else middle)


@cache
def _service(prefix: str) -> Service:
    """An empty one where the reference has no service of the prefix."""
    service = _data().get(prefix, {"actions": {}, "arns": {}})
    actions = {
        name.lower(): frozenset(filter(None, types.split("|")))
        for types, names in service["actions"].items()
        for name in names.split()
    }
    return Service(actions, service["arns"])


@cache
def _data() -> dict[str, dict[str, dict[str, str]]]:
    return json.loads(DATA.read_text())["services"]
