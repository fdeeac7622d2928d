"""Policy documents as the resources hold them."""

import json
from collections.abc import Iterator
from typing import Any

from tests.infrastructure.engine import Environment, Registered

Statement = dict[str, Any]


def statements(resource: Registered) -> list[Statement]:
    return json.loads(resource.inputs["policy"])["Statement"]


def grants_of(environment: Environment, role_arn: str) -> list[Statement]:
    """What all policies of the role allow."""
    role = role_arn.rpartition("/")[2]
    policies = [policy for policy in environment.of("iam/rolePolicy:RolePolicy") if policy.inputs["role"] == role]
    return [statement for policy in policies for statement in statements(policy) if statement["Effect"] == "Allow"]


def granted(environment: Environment) -> Iterator[tuple[str, str]]:
    """Every action with every resource that a role grants."""
    for policy in environment.of("iam/rolePolicy:RolePolicy"):
        for statement in (one for one in statements(policy) if one["Effect"] == "Allow"):
            yield from ((action, resource) for action in statement["Action"] for resource in statement["Resource"])
