"""The functions' roles: what the descriptions want of them, and what the state says that they hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from operations.audit.permission import Permission, permissions
from operations.audit.state import Deployed, Resource
from operations.rights.description_source import DescriptionSource, description_source
from operations.rights.reason import Reason
from operations.rights.rights import Right, Rights
from shared.model import Function, Key, System
from shared.policy_document import policy_json

INLINE_POLICY = "iam/rolePolicy:RolePolicy"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A permission that a description implies, what it is for, and the line that says so."""

    deed: str
    permission: Permission
    reason: Reason


def functions(deployed: Deployed) -> Iterator[tuple[System, Function]]:
    """Every function with its system."""
    return ((system, function) for system in deployed.systems for function in system.functions)


def described_at(system: System, function: Function) -> Reason:
    """Where the function is described."""
    return _source(system).function(function)


def wanted(deployed: Deployed, system: System, function: Function) -> Iterator[Wanted]:
    """All that the function's role should hold."""

    def key_arn(key: Key) -> str:
        return str(deployed.state.output(key, "arn"))

    rights = Rights(deployed.naming, deployed.environment, system, function, source=_source(system), key_arn=key_arn)
    for right in (*rights.granted(), *rights.denied()):
        yield from (Wanted(right.deed, one, right.reasons[0]) for one in _permissions(right))


def held(deployed: Deployed) -> Mapping[str, list[tuple[Permission, Resource]]]:
    """What each role's own policies permit and forbid, by the role's name, with the policy that says so."""
    found: dict[str, list[tuple[Permission, Resource]]] = {}
    for policy in deployed.state.of(INLINE_POLICY):
        of_role = found.setdefault(str(policy.inputs["role"]), [])
        of_role += [(permission, policy) for permission in permissions(policy.inputs["policy"])]
    return found


def _permissions(right: Right) -> Iterator[Permission]:
    return permissions(policy_json([right.statement]))


@cache
def _source(system: System) -> DescriptionSource:
    return description_source(system)
