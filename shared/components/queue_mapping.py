"""The event source mapping from a queue to a function."""

import pulumi
import pulumi_aws as aws

from shared.model import OnQueue
from shared.scope import Scope


class QueueMapping(pulumi.ComponentResource):
    """Feeds a function from a queue within a bound; what the function reports as failed comes again."""

    def __init__(
        self, scope: Scope, trigger: OnQueue, function: aws.lambda_.Function, *, parent: pulumi.Resource
    ) -> None:
        name = trigger.queue.name
        super().__init__(scope.component_type("QueueMapping"), name, opts=pulumi.ResourceOptions(parent=parent))
        aws.lambda_.EventSourceMapping(
            name,
            event_source_arn=scope.upstream(trigger.queue, "arn"),
            function_name=function.name,
            batch_size=trigger.batch_size,
            maximum_batching_window_in_seconds=trigger.batching_window,
            scaling_config={"maximum_concurrency": trigger.maximum_concurrency},
            function_response_types=["ReportBatchItemFailures"],
            tags=scope.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
