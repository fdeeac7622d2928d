"""Judges a deployed state without an engine: `pulumi stack export > state.json; python -m policies.offline state.json`.

Several states are judged one by one and then as one, since a queue may be in another stack than its consumer.
`--policy-pack-config FILE` before the states is what the engine takes by that name: settings by rule.
Prints a JSON list of findings. Ends with status 0 whether there are any or not, and with 2 where it can't read a state,
or the settings are none that the rules have.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from pulumi_policy import (
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
    proxy,
)

from policies.framework.configuration import Configuration, ConfigurationError, configuration
from policies.framework.enforcement import Enforcement
from policies.framework.operation import Operation
from policies.framework.pack import find_rules

Policy = ResourceValidationPolicy | StackValidationPolicy
Deployed = Mapping[str, Any]

# How the engine marks a secret in a state.
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the engine's mark, the same in every state
# What the engine has beside the resources of a program.
OWN = "pulumi:"
PROVIDERS = "pulumi:providers:"


class NotApplicableError(Exception):
    """A policy has nothing to say of what it was shown."""


class ResourceArgs(ResourceValidationArgs):
    """A resource as a policy is shown it; the SDK's own exception is private."""

    def not_applicable(self, reason: str | None = None) -> None:
        raise NotApplicableError(reason)


class StackArgs(StackValidationArgs):
    """A stack as a policy is shown it."""

    def not_applicable(self, reason: str | None = None) -> None:
        raise NotApplicableError(reason)


def policies_of(folder: Path, stack: str) -> list[Policy]:
    """The pack's policies, in their order, as for an update of the stack: nothing may be unknown."""
    operation = Operation()
    operation.begin(stack=stack, is_preview=False)
    return Enforcement(find_rules(folder), operation).policies()


def findings(state: Mapping[str, Any], folder: Path, configured: Configuration) -> Iterator[dict[str, str]]:
    """What the pack finds in an exported state; KeyError and TypeError where it has another shape.

    Each finding has the rule's name, severity and documentation, the resource's URN, and the rule's message.
    """
    listed = [one for one in state["deployment"].get("resources", []) if not one.get("delete")]
    providers = {f"{one['urn']}::{one['id']}": _provider(one) for one in listed if one["type"].startswith(PROVIDERS)}
    deployed = [one for one in listed if not one["type"].startswith(OWN)]
    stack = deployed[0]["urn"].split(":")[2] if deployed else ""
    asked = [policy for policy in policies_of(folder, stack) if policy.name not in configured.disabled]
    for policy, message, urn in _judged(asked, configured, deployed, providers):
        severity = policy.severity.value if policy.severity else ""
        about = {"rule": policy.name, "severity": severity, "documentation": policy.url or ""}
        yield {**about, "urn": urn, "message": message}


def joined(states: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The states as one: only in it a rule meets resources of several that belong together."""
    return {"deployment": {"resources": [one for state in states for one in state["deployment"].get("resources", [])]}}


def main(arguments: Sequence[str], folder: Path) -> int:
    """Prints the findings on the states in the files."""
    parser = ArgumentParser(prog="python -m policies.offline", description="Judges deployed states by the pack.")
    parser.add_argument("--policy-pack-config", type=Path, metavar="FILE", help="settings by rule, as the engine's")
    parser.add_argument("states", nargs="*", type=Path, metavar="STATE", help="what pulumi stack export wrote")
    said = parser.parse_args(arguments)
    found: list[dict[str, str]] = []
    read: list[Mapping[str, Any]] = []
    file: Path | None = said.policy_pack_config
    try:
        configured = configuration(file.read_text() if file else "", find_rules(folder))
        for state in said.states:
            file = state
            read.append(json.loads(state.read_text()))
            found += findings(read[-1], folder, configured)
        if len(read) > 1:
            found += [one for one in findings(joined(read), folder, configured) if one not in found]
    except ConfigurationError as error:
        print(f"error: {file}: {error}", file=sys.stderr)
        return 2
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"error: {file} is not what it should be: {type(error).__name__}; see --help", file=sys.stderr)
        return 2
    print(json.dumps(found, indent=2))
    return 0


def _judged(
    policies: Sequence[Policy],
    configured: Configuration,
    deployed: Sequence[Deployed],
    providers: Mapping[str, PolicyProviderResource],
) -> list[tuple[Policy, str, str]]:
    """What the policies report, with the URN that it is about: of one resource after the other, then of the stack."""
    found: list[tuple[Policy, str, str]] = []

    def reporting(policy: Policy) -> ReportViolation:
        return lambda message, urn=None: found.append((policy, message, urn or ""))

    for one in deployed:
        seen = (one["type"], _readable(one.get("inputs", {})), one["urn"], _name(one), _options(one))
        for policy in policies:
            if isinstance(policy, ResourceValidationPolicy):
                with suppress(NotApplicableError):
                    provider = providers.get(one.get("provider", ""))
                    policy.validate(
                        ResourceArgs(*seen, provider, configured.settings.get(policy.name)), reporting(policy)
                    )
    resources = _linked(deployed, providers)
    for policy in policies:
        if isinstance(policy, StackValidationPolicy):
            with suppress(NotApplicableError):
                policy.validate(StackArgs(resources, configured.settings.get(policy.name)), reporting(policy))
    return found


def _linked(deployed: Sequence[Deployed], providers: Mapping[str, PolicyProviderResource]) -> list[PolicyResource]:
    """All resources with what they are deployed to be, and with each other where one's properties come from another."""
    made = {
        one["urn"]: PolicyResource(
            one["type"],
            _readable(one.get("outputs", {})),
            one["urn"],
            _name(one),
            _options(one),
            providers.get(one.get("provider", "")),
            None,
            [],
            {},
        )
        for one in deployed
    }
    for one in deployed:
        resource = made[one["urn"]]
        resource.parent = made.get(one.get("parent", ""))
        resource.dependencies = [made[urn] for urn in one.get("dependencies", []) if urn in made]
        resource.property_dependencies = {
            name: [made[urn] for urn in urns or [] if urn in made]
            for name, urns in one.get("propertyDependencies", {}).items()
        }
    return list(made.values())


def _provider(one: Deployed) -> PolicyProviderResource:
    return PolicyProviderResource(one["type"], _readable(one.get("inputs", {})), one["urn"], _name(one))


def _options(one: Deployed) -> PolicyResourceOptions:
    return PolicyResourceOptions(one.get("protect", False), [], None, [], PolicyCustomTimeouts(0, 0, 0), [])


def _name(one: Deployed) -> str:
    return str(one["urn"]).rpartition("::")[2]


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
