"""The table: every resource type that the local provider knows, by its Pulumi token."""

from local.provider.resources import (
    alarms,
    api_gateway,
    api_gateway_methods,
    api_gateway_stages,
    bucket_settings,
    buckets,
    event_targets,
    events,
    functions,
    iam,
    kms,
    lambda_edges,
    logs,
    queues,
    ssm,
    tables,
    topics,
)
from local.provider.schema import ResourceType

MODULES = (
    alarms,
    api_gateway,
    api_gateway_methods,
    api_gateway_stages,
    bucket_settings,
    buckets,
    event_targets,
    events,
    functions,
    iam,
    kms,
    lambda_edges,
    logs,
    queues,
    ssm,
    tables,
    topics,
)

TYPES: dict[str, ResourceType] = {row.pulumi_type: row for module in MODULES for row in module.ROWS}
