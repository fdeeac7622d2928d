"""The event source mapping from a table's stream to a function."""

import json

import pulumi
import pulumi_aws as aws

from shared.model import OnStream
from shared.scope import Scope


class StreamMapping(pulumi.ComponentResource):
    """Feeds a function from a stream: bisects what fails, bounds retries and age, dead-letters the rest."""

    def __init__(
        self,
        scope: Scope,
        trigger: OnStream,
        function: aws.lambda_.Function,
        failure_queue_arn: pulumi.Output[str],
        *,
        parent: pulumi.Resource,
    ) -> None:
        name = f"{trigger.table.name}-stream"
        super().__init__(scope.component_type("StreamMapping"), name, opts=pulumi.ResourceOptions(parent=parent))
        aws.lambda_.EventSourceMapping(
            name,
            event_source_arn=scope.upstream(trigger.table, "stream_arn"),
            function_name=function.name,
            starting_position=trigger.starting_position.value,
            batch_size=trigger.batch_size,
            maximum_batching_window_in_seconds=trigger.batching_window,
            parallelization_factor=trigger.parallelization_factor,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=trigger.retries,
            maximum_record_age_in_seconds=trigger.maximum_record_age,
            function_response_types=["ReportBatchItemFailures"],
            filter_criteria=_filter_criteria(trigger),
            destination_config={"on_failure": {"destination_arn": failure_queue_arn}},
            tags=scope.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


def _filter_criteria(trigger: OnStream) -> aws.lambda_.EventSourceMappingFilterCriteriaArgs | None:
    pattern = _pattern(trigger)
    if not pattern:
        return None
    wanted = aws.lambda_.EventSourceMappingFilterCriteriaFilterArgs(pattern=json.dumps(pattern, sort_keys=True))
    return aws.lambda_.EventSourceMappingFilterCriteriaArgs(filters=[wanted])


def _pattern(trigger: OnStream) -> dict[str, object]:
    pattern: dict[str, object] = {}
    if trigger.event_names:
        pattern["eventName"] = list(trigger.event_names)
    if trigger.having:
        present = {trigger.having.name: {trigger.having.type.value: [{"exists": True}]}}
        pattern["dynamodb"] = {"NewImage": present}
    return pattern
