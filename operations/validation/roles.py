"""Roles: one a function, assumed by Lambda alone, with exactly the grants that the description implies."""

import re
from collections.abc import Iterator
from typing import Any

from operations.validation.deployed import Deployed
from operations.validation.documents import differences, statements
from operations.validation.examination import Examined, elements, examine_each, shows
from operations.validation.finding import Fact, Finding, agrees, equals
from shared.grants import statements as described
from shared.key_use import key_uses
from shared.model import Function
from shared.policy_document import Statement, policy_json

# The Service Authorization Reference lists these without a resource type.
WITHOUT_RESOURCE = {
    "cloudwatch:PutMetricData",
    "dynamodb:ListStreams",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
# A whole name, and behind it the part that AWS mints at run time.
MINTED = re.compile(r"arn:[^*]+(:log-group:[^*]+:\*|:table/[^*]+/stream/\*|:s3:::[^*]+/\*)")
TRUST = {
    "Effect": "Allow",
    "Action": ["sts:AssumeRole"],
    "Principal": {"Service": ["lambda.amazonaws.com"]},
}


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on every function's role."""
    functions = elements(deployed, lambda system: system.functions, lambda _, one: deployed.naming.name(one.role))
    return examine_each(functions, (_assumed, _worn, _policies, _grants))


@shows("ALL-3")
def _assumed(role: Examined[Function]) -> Iterator[Fact]:
    document = role.ask("iam", "get_role", RoleName=role.name)["Role"]["AssumeRolePolicyDocument"]
    found = [{key: value for key, value in said.items() if key != "Sid"} for said in statements(document)]
    yield equals(
        "assumed by", "lambda.amazonaws.com alone" if found == [TRUST] else found, "lambda.amazonaws.com alone"
    )


@shows("ALL-3")
def _worn(role: Examined[Function]) -> Iterator[Fact]:
    name = role.deployed.naming.name(role.element)
    found = role.ask("lambda", "get_function_configuration", FunctionName=name)
    own = found.get("Role") == role.deployed.naming.arn(role.element.role)
    yield equals("function's role", "its own" if own else found.get("Role"), "its own")


@shows("ALL-3")
def _policies(role: Examined[Function]) -> Iterator[Fact]:
    inline = role.ask("iam", "list_role_policies", RoleName=role.name)["PolicyNames"]
    suffixed = role.deployed.naming.suffixed
    wanted = [suffixed(f"{role.element.name}-grants")] + [suffixed(f"{role.element.name}-keys")] * bool(_keys(role))
    yield equals("inline policies", sorted(inline), sorted(wanted))
    attached = role.ask("iam", "list_attached_role_policies", RoleName=role.name)["AttachedPolicies"]
    yield equals("attached policies", [policy["PolicyName"] for policy in attached], [])


@shows("ALL-3")
def _grants(role: Examined[Function]) -> Iterator[Fact]:
    naming = role.deployed.naming
    wanted = [*described(naming, role.system, role.element), *_keys(role)]
    found: list[dict[str, Any]] = []
    for name in role.ask("iam", "list_role_policies", RoleName=role.name)["PolicyNames"]:
        document = role.ask("iam", "get_role_policy", RoleName=role.name, PolicyName=name)["PolicyDocument"]
        found += statements(document)
        yield agrees("wildcards", wildcards(document), "only where AWS gives no choice")
    yield agrees("grants", differences({"Statement": found}, policy_json(wanted)), "exactly those of the description")


def _keys(role: Examined[Function]) -> list[Statement]:
    deployed = role.deployed
    uses = key_uses(deployed.naming, deployed.settings.environment, role.system, role.element)
    return [use.statement(deployed.naming, deployed.output(use.key, "arn")) for use in uses]


def wildcards(document: str | dict[str, Any]) -> Iterator[str]:
    """The wildcards in what a role's policy allows that AWS does not force upon it."""
    for statement in statements(document):
        # The wider a denial, the less there is.
        if statement["Effect"] == "Deny":
            continue
        actions, resources = statement.get("Action", []), statement.get("Resource", [])
        yield from (f"action {action}" for action in actions if "*" in action)
        for resource in resources:
            forced = set(actions) <= WITHOUT_RESOURCE if resource == "*" else MINTED.fullmatch(resource)
            if "*" in resource and not forced:
                yield f"{', '.join(actions)} on {resource}"
        if "NotAction" in statement or "NotResource" in statement:
            yield "all but a list"
