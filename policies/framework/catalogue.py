"""`python -m policies.framework.catalogue FILE`: writes what every rule asks, as a page of Markdown."""

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from policies.framework.knob import Knob
from policies.framework.pack import find_rules
from policies.framework.rule import ResourceRule, Rule, StackRule

PACK = Path(__file__).parent.parent
# A list longer than this says less than how long it is.
FEW_TYPES = 6


def render(rules: Iterable[Rule]) -> str:
    """The page: a table for each service, and the settings."""
    ordered = sorted(rules, key=lambda rule: rule.name)
    lines = ["# The policy pack's rules", "", "Generated from the rules by `just docs`; do not edit.", ""]
    lines += [
        f"{len(ordered)} rules, all of them mandatory. [policies/README.md](../policies/README.md) says how to run,",
        "set and exempt from them. A rule marked *stack* sees a resource in view of the others of its stack.",
        "*Also asked by* names rules of cdk-nag's packs, and controls of AWS Foundational Security Best Practices.",
        "",
    ]
    for service, of_service in groupby(ordered, key=lambda rule: rule.service):
        lines += [
            f"## {service}",
            "",
            "| rule | what holds when it passes | severity | looks at | also asked by |",
            "|---|---|---|---|---|",
        ]
        lines += [_row(rule) for rule in of_service]
        lines.append("")
    lines += ["## Settings", "", "| rule | setting | default | what it is |", "|---|---|---|---|"]
    lines += [_setting(rule, knob) for rule in ordered for knob in rule.knobs]
    remedies = [f"`{rule.name}`" for rule in ordered if isinstance(rule, ResourceRule) and rule.remediation]
    lines += [
        "",
        f"Where a project sets the enforcement level to `remediate`, these repair: {', '.join(remedies)}.",
        "",
    ]
    return "\n".join(lines)


def _row(rule: Rule) -> str:
    stack = " *(stack)*" if isinstance(rule, StackRule) else ""
    linked = f"[`{rule.name}`]({rule.documentation})"
    cells = (linked, f"{rule.description}{stack}", rule.severity.value, _types(rule), ", ".join(rule.controls))
    return f"| {' | '.join(cells)} |"


def _types(rule: Rule) -> str:
    if not rule.types:
        return "all of AWS"
    if len(rule.types) > FEW_TYPES:
        return f"{len(rule.types)} types"
    return ", ".join(sorted({_short(resource_type) for resource_type in rule.types}))


def _short(resource_type: str) -> str:
    return resource_type.rpartition(":")[2]


def _setting(rule: Rule, knob: Knob[Any]) -> str:
    default = json.dumps(knob.default).replace("|", "\\|")
    return f"| `{rule.name}` | `{knob.name}` | `{default}` | {knob.description} |"


def catalogue_lines(rules: Iterable[Rule]) -> Iterator[str]:
    """One line a rule, for a terminal."""
    for rule in sorted(rules, key=lambda one: one.name):
        yield f"{rule.name:<36} {rule.severity.value:<9} {rule.description}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render(find_rules(PACK)))
    print(f"wrote {sys.argv[1]}")
