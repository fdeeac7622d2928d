"""The pack: every rule file below the service folders, served to the engine."""

import importlib
from pathlib import Path

from pulumi_policy import EnforcementLevel, PolicyPack

from policies.framework.enforcement import policy_for
from policies.framework.rule import Rule
from policies.framework.update_mode import UpdateMode

NAME = "event-systems"
# Every other package in the folder is a service, and every module in it is a rule.
SUPPORT = ("framework", "policy_language")


def find_rules(folder: Path) -> list[Rule]:
    """The rules in the order of their files. Raises ValueError for one without a rule, or with another's name."""
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
    return list(rules.values())


def serve(folder: Path) -> None:
    """Serve all rules to the engine until it ends this process."""
    mode = UpdateMode()
    mode.follow_engine()
    policies = [policy_for(rule, mode) for rule in find_rules(folder)]
    PolicyPack(name=NAME, enforcement_level=EnforcementLevel.MANDATORY, policies=list(policies))
