"""A Lambda function with its log group, its asynchronous retries and its triggers."""

import os

import pulumi
import pulumi_aws as aws

from shared.components.log_permission import LogPermission
from shared.components.object_trigger import ObjectTrigger
from shared.components.queue_mapping import QueueMapping
from shared.components.rule import Rule
from shared.components.stream_mapping import StreamMapping
from shared.environment_variables import environment_variables
from shared.model import DeadLetterQueue
from shared.model import Function as Description
from shared.packaging import Bundle
from shared.scope import Scope

# The runtime that the functions' dependencies are chosen for.
RUNTIME = "python3.11"


class Function(pulumi.ComponentResource):
    """A traced function on arm64; `outputs` are its name, its ARN and what an API calls to invoke it."""

    outputs: dict[str, pulumi.Output[str]]

    def __init__(self, scope: Scope, function: Description, bundle: Bundle) -> None:
        super().__init__(scope.component_type("Function"), function.name)
        child = pulumi.ResourceOptions(parent=self)
        log_group = aws.cloudwatch.LogGroup(
            function.name,
            name=scope.naming.function_log_group(function),
            retention_in_days=scope.system.log_retention_days,
            tags=scope.tags,
            opts=child,
        )
        made = aws.lambda_.Function(
            function.name,
            name=scope.naming.name(function),
            description=f"{function.name} of {scope.system.name}",
            role=scope.upstream(function.role, "arn"),
            runtime=RUNTIME,
            architectures=["arm64"],
            handler=f"{bundle.package}.{function.module}.handler",
            # Relative, so that the state does not hold a path of the machine.
            code=pulumi.FileArchive(os.path.relpath(bundle.path)),
            source_code_hash=bundle.sha256,
            memory_size=scope.settings.memory_mb(function),
            timeout=function.timeout,
            reserved_concurrent_executions=_reservation(scope, function),
            tracing_config={"mode": "Active"},
            environment={"variables": environment_variables(scope, function)},
            kms_key_arn=scope.upstream(function.environment_key, "arn") if function.environment_key else None,
            tags=scope.tags,
            # Lambda makes a log group of its own, kept for ever, where it finds none.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[log_group]),
        )
        self.outputs = {"name": made.name, "arn": made.arn, "invoke_arn": made.invoke_arn}
        if failures := function.failure_queue:
            self._retry_asynchronously(scope, function, failures)
        if failures := function.stream_failure_queue:
            for trigger in function.streams:
                StreamMapping(scope, trigger, made, scope.upstream(failures, "arn"), parent=self)
        for trigger in function.queues:
            QueueMapping(scope, trigger, made, parent=self)
        for trigger in function.object_triggers:
            ObjectTrigger(scope, trigger, made, parent=self)
        for trigger in function.log_triggers:
            LogPermission(scope, trigger, made, parent=self)
        self.rules = [Rule(scope, trigger, made, parent=self) for trigger in function.rules]
        self.register_outputs(self.outputs)

    def _retry_asynchronously(self, scope: Scope, function: Description, failures: DeadLetterQueue) -> None:
        success = function.on_success
        aws.lambda_.FunctionEventInvokeConfig(
            function.name,
            function_name=self.outputs["name"],
            maximum_retry_attempts=function.asynchronous_retries.attempts,
            maximum_event_age_in_seconds=function.asynchronous_retries.maximum_event_age,
            destination_config={
                "on_failure": {"destination": scope.upstream(failures, "arn")},
                "on_success": {"destination": scope.upstream(success, "arn")} if success else None,
            },
            opts=pulumi.ResourceOptions(parent=self),
        )


def _reservation(scope: Scope, function: Description) -> int:
    reservation = scope.settings.reservation(function)
    return -1 if reservation is None else reservation
