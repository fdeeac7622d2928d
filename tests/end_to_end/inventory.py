"""Everything that the account holds, as AWS lists it in every service that the layers use."""

from collections.abc import Callable
from typing import Any

from tests.end_to_end.environment import Environment

LISTS: dict[str, Callable[[Any], list[str]]] = {
    "dynamodb": lambda client: client.list_tables()["TableNames"],
    "sqs": lambda client: client.list_queues().get("QueueUrls", []),
    "lambda": lambda client: [
        *(found["FunctionArn"] for found in client.list_functions()["Functions"]),
        *(f"mapping to {found['FunctionArn']}" for found in client.list_event_source_mappings()["EventSourceMappings"]),
    ],
    "iam": lambda client: [found["Arn"] for found in client.list_roles()["Roles"]],
    "logs": lambda client: [found["logGroupName"] for found in client.describe_log_groups()["logGroups"]],
    "apigateway": lambda client: [found["name"] for found in client.get_rest_apis()["items"]],
    "events": lambda client: [found["Arn"] for found in client.list_rules()["Rules"]],
    "ssm": lambda client: [found["Name"] for found in client.describe_parameters()["Parameters"]],
    "sns": lambda client: [found["TopicArn"] for found in client.list_topics()["Topics"]],
    "s3": lambda client: [found["Name"] for found in client.list_buckets()["Buckets"]],
    "cloudwatch": lambda client: [found["AlarmName"] for found in client.describe_alarms()["MetricAlarms"]],
}


def inventory(environment: Environment) -> list[str]:
    """Names and ARNs of all environments; keys are not among them, since they can only be scheduled for deletion."""
    return sorted(
        f"{service}: {found}" for service, names in LISTS.items() for found in names(environment.client(service))
    )
