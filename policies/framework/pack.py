"""The pack: every rule file below the service folders, served to the engine."""

import importlib
from pathlib import Path

from pulumi_policy import EnforcementLevel, PolicyPack

from policies.framework.enforcement import Enforcement
from policies.framework.operation import Operation
from policies.framework.rule import Rule

NAME = "event-systems"
# Every other package in the folder is a service, and every module in it is a rule.
SUPPORT = ("framework", "policy_language", "relations")


def find_rules(folder: Path) -> list[Rule]:
    """The rules in the order of their files, those on exemptions last: which are unused shows when all else is judged.

    Raises ValueError for a file without a rule, or with the name of another's.
    """
    rules: dict[str, Rule] = {}
    for file in sorted(folder.glob("*/*.py")):
        service = file.parent.name
        if service in SUPPORT or file.stem == "__init__":
            continue
        rule = getattr(importlib.import_module(f"policies.{service}.{file.stem}"), "RULE", None)
        if not isinstance(rule, Rule):
            raise ValueError(f"{service}/{file.name} has no RULE: give it one, or move it out of the service folders")
        if rule.name in rules:
            raise ValueError(f"{service}/{file.name}: another file's rule is called {rule.name} too: rename one file")
        rules[rule.name] = rule
    return sorted(rules.values(), key=lambda rule: rule.service == "exemptions")


def serve(folder: Path) -> None:
    """Serve all rules to the engine until it ends this process."""
    operation = Operation()
    operation.follow_engine()
    policies = Enforcement(find_rules(folder), operation).policies()
    PolicyPack(name=NAME, enforcement_level=EnforcementLevel.MANDATORY, policies=list(policies))
