"""No role can do more than its function's description says."""

from collections.abc import Iterator

from operations.audit.finding import Finding, program
from operations.audit.permission import Permission
from operations.audit.roles import described_at, functions, held, wanted
from operations.audit.state import Deployed, Resource
from operations.validation.documents import statements
from shared.model import Function, System

CHECK = "excess-grant"
DESCRIPTION = "No role can do more than its description says."

# Whatever gives rights to a role in another way than by a policy of its own.
OTHER_WAYS = (
    "iam/policyAttachment:PolicyAttachment",
    "iam/rolePoliciesExclusive:RolePoliciesExclusive",
    "iam/rolePolicyAttachment:RolePolicyAttachment",
    "iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
)
LAMBDA = {"Service": ["lambda.amazonaws.com"]}


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on what roles hold and nobody described, on who can assume them, and on who runs under them."""
    by_role = held(deployed)
    described = {deployed.naming.name(function.role): (system, function) for system, function in functions(deployed)}
    for role, (system, function) in described.items():
        yield from _beyond(deployed, system, function, by_role.get(role, []))
    for role in sorted(by_role.keys() - described.keys()):
        yield _of_security(role, "it holds grants, but it is no described function's")
    for role in deployed.state.of("iam/role:Role"):
        yield from _openings(role)
    for kind in OTHER_WAYS:
        for other in deployed.state.of(kind):
            yield _of_security(str(other.inputs.get("role", other.name)), f"{kind} {other.name} gives it rights unseen")
    yield from _borrowed(deployed)


def _beyond(
    deployed: Deployed, system: System, function: Function, holding: list[tuple[Permission, Resource]]
) -> Iterator[Finding]:
    should = {use.permission: use for use in wanted(deployed, system, function)}
    where = described_at(system, function)
    name = deployed.naming.name(function.role)
    for permission, policy in holding:
        if permission.effect == "Allow" and permission not in should:
            message = f"{function.name} can do what nothing describes: {permission}, by the policy {policy.name}"
            yield Finding(CHECK, name, message, _advice(deployed), where.file, where.line)
    granted = {permission for permission, _ in holding}
    for permission, use in should.items():
        if permission.effect == "Deny" and permission not in granted:
            message = f"{function.name} is not kept from this: {use.deed}; its role lacks the denial of {permission}"
            yield Finding(CHECK, name, message, _advice(deployed), use.reason.file, use.reason.line)


def _openings(role: Resource) -> Iterator[Finding]:
    name = str(role.inputs["name"])
    trust = statements(role.inputs["assumeRolePolicy"])
    if [(said["Effect"], said["Action"], said.get("Principal")) for said in trust] != [
        ("Allow", ["sts:AssumeRole"], LAMBDA)
    ]:
        yield _of_security(name, "others than Lambda can assume it")
    if role.inputs.get("inlinePolicies") or role.inputs.get("managedPolicyArns"):
        yield _of_security(name, "it holds policies of its own besides those that are joined here")


def _borrowed(deployed: Deployed) -> Iterator[Finding]:
    naming = deployed.naming
    running = {one.inputs["name"]: one for one in deployed.state.of("lambda/function:Function")}
    for system, function in functions(deployed):
        found = running.get(naming.name(function))
        if found and found.inputs["role"] != naming.arn(function.role):
            where = described_at(system, function)
            message = f"{function.name} runs under another function's role: {found.inputs['role']}"
            advice = f"deploy it: just deploy compute {deployed.environment}"
            yield Finding(CHECK, naming.name(function), message, advice, where.file, where.line)


def _of_security(role: str, message: str) -> Finding:
    return Finding(CHECK, role, message, "describe it, or take it away", program("security"))


def _advice(deployed: Deployed) -> str:
    return f"describe it, or deploy what is described: just deploy security {deployed.environment}"
