"""CloudWatch Logs: groups, metric filters, subscription filters."""

from local.provider.calls import call, found_or_none
from local.provider.schema import Change, Field, Part, ResourceType, Tagging
from local.provider.session import Session
from local.provider.values import Properties

RETENTIONS = (
    0,
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)


def _retain(change: Change) -> None:
    days, group = change.new.get("retentionInDays"), {"logGroupName": change.id}
    if days:
        call(change.session, "logs", "put_retention_policy", **group, retentionInDays=days)
    else:
        call(change.session, "logs", "delete_retention_policy", **group)


def _update_group(change: Change) -> None:
    group, key = {"logGroupName": change.id}, change.new.get("kmsKeyId")
    if change.changed("kmsKeyId") and key:
        call(change.session, "logs", "associate_kms_key", **group, kmsKeyId=key)
    elif change.changed("kmsKeyId"):
        call(change.session, "logs", "disassociate_kms_key", **group)


def _delete_group(session: Session, state: Properties) -> None:
    if not state.get("skipDestroy"):
        found_or_none(session, "logs", "delete_log_group", logGroupName=state["id"])


ROWS = (
    ResourceType(
        pulumi_type="aws:cloudwatch/logGroup:LogGroup",
        service="logs",
        fields=(
            Field("name", member="logGroupName", required=True, force_new=True),
            Field("kmsKeyId"),
            Field("logGroupClass", computed=True, force_new=True),
            Field("retentionInDays", operation="put_retention_policy", choices=RETENTIONS, default=0),
            Field("skipDestroy", kind=bool, default=False, write_only=True),
        ),
        create="create_log_group",
        id="{name}",
        identity=("name",),
        key={},
        read="describe_log_groups",
        read_key={"logGroupNamePrefix": "{id}"},
        found="logGroups[?logGroupName=='{id}'] | [0]",
        update=_update_group,
        delete=_delete_group,
        templates={"arn": "arn:{partition}:logs:{region}:{account}:log-group:{name}"},
        parts=(Part(("retentionInDays",), _retain),),
        tagging=Tagging(
            on_create="tags",
            tag="tag_resource",
            untag="untag_resource",
            arn=("resourceArn", "arn:aws:logs:{region}:{account}:log-group:{id}"),
            tags="tags",
            keys="tagKeys",
            listed="list_tags_for_resource",
            found="tags",
        ),
    ),
    ResourceType(
        pulumi_type="aws:cloudwatch/logMetricFilter:LogMetricFilter",
        service="logs",
        fields=(
            Field("name", member="filterName", required=True, force_new=True),
            Field("logGroupName", required=True, force_new=True),
            Field("pattern", member="filterPattern", required=True),
            Field(
                "metricTransformation",
                required=True,
                fields=(
                    Field("name", member="metricName", required=True),
                    Field("namespace", member="metricNamespace", required=True),
                    Field("value", member="metricValue", required=True),
                    Field("defaultValue"),
                    Field("dimensions"),
                    Field("unit", default="None"),
                ),
            ),
            Field("applyOnTransformedLogs", default=False),
        ),
        create="put_metric_filter",
        id="{name}",
        identity=("logGroupName", "name"),
        key={"logGroupName": "{logGroupName}", "filterName": "{name}"},
        read="describe_metric_filters",
        read_key={"logGroupName": "{logGroupName}", "filterNamePrefix": "{name}"},
        found="metricFilters[?filterName=='{name}'] | [0]",
        update="put_metric_filter",
        delete="delete_metric_filter",
    ),
    ResourceType(
        pulumi_type="aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        service="logs",
        fields=(
            Field("name", member="filterName", required=True, force_new=True),
            Field("logGroup", member="logGroupName", required=True, force_new=True),
            Field("destinationArn", required=True, force_new=True),
            Field("filterPattern", required=True),
            Field("distribution", default="ByLogStream"),
            Field("roleArn", computed=True),
            Field("applyOnTransformedLogs", computed=True),
            Field("emitSystemFields"),
        ),
        create="put_subscription_filter",
        id="{logGroup}|{name}",
        identity=("logGroup", "name"),
        key={"logGroupName": "{logGroup}", "filterName": "{name}"},
        read="describe_subscription_filters",
        read_key={"logGroupName": "{logGroup}", "filterNamePrefix": "{name}"},
        found="subscriptionFilters[?filterName=='{name}'] | [0]",
        update="put_subscription_filter",
        delete="delete_subscription_filter",
    ),
)
