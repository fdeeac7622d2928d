"""EventBridge: buses and rules."""

from local.provider.schema import Field, ResourceType, Tagging
from local.provider.values import Properties

DEFAULT_BUS = "default"


def _check_rule(inputs: Properties) -> list[tuple[str, str]]:
    if "scheduleExpression" not in inputs and "eventPattern" not in inputs:
        return [("scheduleExpression", "one of 'scheduleExpression' and 'eventPattern' is needed")]
    if "scheduleExpression" in inputs and inputs["eventBusName"] != DEFAULT_BUS:
        return [("scheduleExpression", "only the default event bus takes schedules")]
    return []


def _qualified(facts: Properties) -> str:
    bus = facts["eventBusName"].rpartition("/")[2]
    return facts["name"] if bus == DEFAULT_BUS else f"{bus}/{facts['name']}"


def _rule_arn(facts: Properties) -> str:
    return f"arn:aws:events:{facts['region']}:{facts['account']}:rule/{_qualified(facts)}"


ROWS = (
    ResourceType(
        pulumi_type="aws:cloudwatch/eventRule:EventRule",
        service="events",
        fields=(
            Field("name", required=True, force_new=True),
            Field("eventBusName", default=DEFAULT_BUS, force_new=True),
            # An update replaces a rule as a whole on AWS, but the emulator keeps what it is not told to empty.
            Field("description", cleared=""),
            Field("eventPattern", json=True),
            Field("scheduleExpression", pattern=r"(rate|cron)\(.+\)"),
            Field("roleArn"),
            Field("state", default="ENABLED"),
            Field("forceDestroy", kind=bool, default=False, write_only=True),
        ),
        create="put_rule",
        id=_qualified,
        identity=("eventBusName", "name"),
        key={"Name": "{name}", "EventBusName": "{eventBusName}"},
        read="describe_rule",
        update="put_rule",
        delete="delete_rule",
        check=_check_rule,
        templates={"arn": _rule_arn},
        tagging=Tagging(
            on_create="Tags",
            tag="tag_resource",
            untag="untag_resource",
            arn=("ResourceARN", "{arn}"),
            listed="list_tags_for_resource",
        ),
    ),
    ResourceType(
        pulumi_type="aws:cloudwatch/eventBus:EventBus",
        service="events",
        fields=(
            Field("name", required=True, force_new=True),
            Field("description"),
            Field("eventSourceName", force_new=True, write_only=True),
            Field("kmsKeyIdentifier"),
            Field("deadLetterConfig", fields=(Field("arn"),)),
        ),
        create="create_event_bus",
        id="{name}",
        identity=("name",),
        key={"Name": "{id}"},
        read="describe_event_bus",
        update="update_event_bus",
        delete="delete_event_bus",
        templates={"arn": "arn:{partition}:events:{region}:{account}:event-bus/{name}"},
        tagging=Tagging(
            on_create="Tags",
            tag="tag_resource",
            untag="untag_resource",
            arn=("ResourceARN", "arn:aws:events:{region}:{account}:event-bus/{id}"),
            listed="list_tags_for_resource",
        ),
    ),
)
