"""Every grant has its resource."""

import re
from collections.abc import Iterator

from operations.audit.finding import Finding, program
from operations.audit.roles import held
from operations.audit.state import Deployed, State

CHECK = "dangling-grant"
DESCRIPTION = "Every grant has its resource."


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on grants of roles, and on permissions to invoke, for what is not deployed."""
    present = _present(deployed.state)
    for role, holding in held(deployed).items():
        for permission, policy in holding:
            pattern = permission.resource
            if permission.effect == "Allow" and pattern != "*" and not _fits_any(pattern, present):
                message = f"{permission.action} is granted by {policy.name} on what is not deployed: {pattern}"
                advice = "deploy the layer that owns it, or stop using it in the description"
                yield Finding(CHECK, role, message, advice, program(policy.layer))
    yield from _permissions_to_invoke(deployed.state, present)


def _permissions_to_invoke(state: State, present: frozenset[str]) -> Iterator[Finding]:
    names = {one.inputs["name"] for one in state.of("lambda/function:Function")}
    names |= set(state.by_arn("lambda/function:Function"))
    apis = {one.id for one in state.of("apigateway/restApi:RestApi")}
    for permission in state.of("lambda/permission:Permission"):
        function, source = str(permission.inputs["function"]), str(permission.inputs.get("sourceArn", ""))
        called = _api_of(source)
        missing = [function] if function not in names else []
        if called not in apis if called else not _fits_any(source, present):
            missing.append(source or "any source at all")
        for one in missing:
            message = f"{permission.inputs['principal']} may invoke {function} for what is not deployed: {one}"
            advice = "deploy the layer that owns it, or stop describing it"
            yield Finding(CHECK, permission.name, message, advice, program(permission.layer))


def _present(state: State) -> frozenset[str]:
    """ARNs of all that is deployed, and of what lies within: indexes and streams, a log stream, an object."""
    found = {resource.arn for resource in state.resources if resource.arn}
    for table in state.of("dynamodb/table:Table"):
        found |= {f"{table.arn}/index/{one['name']}" for one in table.inputs.get("globalSecondaryIndexes", [])}
        found |= {str(table.outputs["streamArn"])} if table.outputs.get("streamArn") else set()
    found |= {f"{group.arn.removesuffix(':*')}:a-stream" for group in state.of("cloudwatch/logGroup:LogGroup")}
    # Any key may be an object's.
    found |= {f"{bucket.arn}/*" for bucket in state.of("s3/bucket:Bucket")}
    return frozenset(found)


def _fits_any(pattern: str, present: frozenset[str]) -> bool:
    """Whether IAM finds one of the ARNs by the pattern."""
    if pattern in present:
        return True
    bucket, slash, _ = pattern.partition("/")
    if slash and f"{bucket}/*" in present:
        return True
    matcher = re.compile("".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern))
    return any(matcher.fullmatch(arn) for arn in present)


def _api_of(arn: str) -> str:
    """Id of the API whose method the ARN names; empty where it names something else."""
    found = re.match(r"arn:[^:]+:execute-api:[^:]+:\d+:([^/]+)/", arn)
    return found[1] if found else ""
