"""Judges a deployed state without an engine: `pulumi stack export > state.json; python -m policies.offline state.json`.

Prints a JSON list of findings. Ends with status 0 whether there are any or not, and with 2 where it can't read a state.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from pulumi_policy import proxy

from policies.framework.pack import find_rules
from policies.framework.resource import Resource
from policies.framework.rule import Finding, Rule

# How the engine marks a secret in a state.
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the engine's mark, the same in every state
# Where the engine takes the resource for one that it manages itself.
ENGINE = "pulumi:"


def findings(state: Mapping[str, Any], rules: Sequence[Rule]) -> Iterator[dict[str, str]]:
    """What the rules find in an exported state; KeyError and TypeError where it has another shape.

    Each finding has the rule's name, severity and documentation, the resource's URN, and the finding's own members.
    """
    for deployed in state["deployment"].get("resources", []):
        if not deployed.get("custom") or deployed["type"].startswith(ENGINE) or deployed.get("delete"):
            continue
        resource_type, urn = deployed["type"], deployed["urn"]
        properties = {key: _readable(value) for key, value in deployed.get("inputs", {}).items()}
        for rule in rules:
            for finding in _judged(rule, Resource(resource_type, urn.rpartition("::")[2], properties)):
                about = {"rule": rule.name, "severity": rule.severity.value, "documentation": rule.documentation}
                yield {**about, "urn": urn, **asdict(finding)}


def main(arguments: Sequence[str], folder: Path) -> int:
    """Prints the findings on the states in the files."""
    rules = find_rules(folder)
    found: list[dict[str, str]] = []
    for name in arguments:
        try:
            found += findings(json.loads(Path(name).read_text()), rules)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            print(f"error: {name} is no state that pulumi stack export wrote: {type(error).__name__}", file=sys.stderr)
            return 2
    print(json.dumps(found, indent=2))
    return 0


def _judged(rule: Rule, resource: Resource) -> Iterator[Finding]:
    try:
        verdict = rule.evaluate(resource)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a rule, the resource has not been found compliant
        what = f"the rule failed with {type(error).__name__}"
        yield Finding("rule failure", what, "a resource that was not judged does not pass", "Correct the rule.")
        return
    yield from verdict.findings
    for path in verdict.unknown:
        what = f"`{path}` is a secret or was never known"
        yield Finding(f"unknown {path}", what, "the rule can't hold for what nobody has seen", "Make it known.")


def _readable(value: Any) -> Any:
    """The value as rules read it; a secret, which the state holds encrypted, is unknown to them."""
    if isinstance(value, Mapping):
        members = cast("Mapping[str, Any]", value)
        if members.get(SIGNATURE) == SECRET:
            return proxy.UNKNOWN_STRING_VALUE
        return {key: _readable(member) for key, member in members.items()}
    if isinstance(value, list):
        return [_readable(member) for member in cast("list[Any]", value)]
    return value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(__file__).resolve().parent))
