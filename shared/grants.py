"""IAM statements of a function's role, from what its description says it uses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from shared.denials import denied
from shared.model import Access, Ciphertext, Function, Index, SecretParameter, System, Table, Use
from shared.naming import Naming
from shared.policy_document import Conditions, Statement, statement_id


@dataclass(frozen=True, slots=True)
class Grant:
    """Actions of a verb and how the ARNs follow from the element it is said of."""

    actions: tuple[str, ...]
    resources: Callable[[Naming, System, Use], tuple[str, ...]]
    conditions: Callable[[Naming, System], Conditions] = lambda naming, system: {}


def _element(naming: Naming, system: System, use: Use) -> tuple[str, ...]:
    return (naming.arn(use.target),)


def _stream(naming: Naming, system: System, use: Use) -> tuple[str, ...]:
    # The label is minted when the stream is made, and anew whenever it is switched off and on.
    return (naming.stream_arn(cast(Table, use.target), "*"),)


def _every(naming: Naming, system: System, use: Use) -> tuple[str, ...]:
    return ("*",)


def _own_namespace(naming: Naming, system: System) -> Conditions:
    return {"StringEquals": {"cloudwatch:namespace": naming.suffixed(system.name)}}


def _parameter(naming: Naming, system: System, use: Use) -> tuple[str, ...]:
    return (naming.parameter_arn(system, cast(SecretParameter, use.target)),)


GRANTS: Mapping[Access, Grant] = {
    Access.GETS: Grant(("dynamodb:GetItem",), _element),
    Access.GETS_BATCHES: Grant(("dynamodb:BatchGetItem",), _element),
    Access.PUTS: Grant(("dynamodb:PutItem",), _element),
    Access.UPDATES: Grant(("dynamodb:UpdateItem",), _element),
    Access.DELETES: Grant(("dynamodb:DeleteItem",), _element),
    Access.WRITES_BATCHES: Grant(("dynamodb:BatchWriteItem",), _element),
    Access.QUERIES: Grant(("dynamodb:Query",), _element),
    Access.READS_STREAM: Grant(
        ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"), _stream
    ),
    Access.SENDS: Grant(("sqs:SendMessage",), _element),
    Access.RECEIVES: Grant(("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"), _element),
    Access.PUBLISHES: Grant(("sns:Publish",), _element),
    Access.PUTS_EVENTS: Grant(("events:PutEvents",), _element),
    # CloudWatch takes no ARN here: only the namespace limits what is put.
    Access.PUTS_METRICS: Grant(("cloudwatch:PutMetricData",), _every, _own_namespace),
    Access.READS_OBJECTS: Grant(("s3:GetObject", "s3:GetObjectVersion"), _element),
    Access.WRITES_OBJECTS: Grant(("s3:PutObject",), _element),
    Access.READS_SECRET: Grant(("ssm:GetParameter",), _parameter),
}

# The Service Authorization Reference lists these without a resource type, so AWS takes no ARN for them.
TRACES = Statement(sid="Traces", actions=("xray:PutTelemetryRecords", "xray:PutTraceSegments"), resources=("*",))
LISTS_STREAMS = Statement(sid="ListsStreams", actions=("dynamodb:ListStreams",), resources=("*",))


def statements(naming: Naming, system: System, function: Function) -> tuple[Statement, ...]:
    """All that the function's role may do but for keys: its logs, its traces, and one statement for each use."""
    granted = [logs(naming, function), TRACES]
    granted += [granted_for(naming, system, use) for use in function.accesses if not isinstance(use.target, Ciphertext)]
    if any(function.streams):
        granted.append(LISTS_STREAMS)
    granted += [denied(naming, denial) for denial in function.denies]
    return tuple(granted)


def granted_for(naming: Naming, system: System, use: Use) -> Statement:
    """What one use grants; a ciphertext's is a matter of keys."""
    grant = GRANTS[use.access]
    target = use.target
    name = f"{target.table.name}-{target.name}" if isinstance(target, Index) else target.name
    return Statement(
        sid=statement_id(use.access, name),
        actions=grant.actions,
        resources=grant.resources(naming, system, use),
        conditions=grant.conditions(naming, system),
    )


def logs(naming: Naming, function: Function) -> Statement:
    """What every function needs to write its log."""
    group = naming.log_group_arn(naming.function_log_group(function))
    return Statement(sid="Logs", actions=("logs:CreateLogStream", "logs:PutLogEvents"), resources=(f"{group}:*",))
