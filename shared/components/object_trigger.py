"""A bucket's notifications to a function."""

import pulumi
import pulumi_aws as aws

from shared.model import OnObjectCreated
from shared.scope import Scope

CREATED = ["s3:ObjectCreated:*"]


class ObjectTrigger(pulumi.ComponentResource):
    """Invokes a function asynchronously for new objects, by suffix where the trigger names some."""

    def __init__(
        self, scope: Scope, trigger: OnObjectCreated, function: aws.lambda_.Function, parent: pulumi.Resource
    ) -> None:
        name = f"{trigger.bucket.name}-objects"
        super().__init__(scope.component_type("ObjectTrigger"), name, opts=pulumi.ResourceOptions(parent=parent))
        permission = aws.lambda_.Permission(
            name,
            statement_id=scope.naming.suffixed(name),
            action="lambda:InvokeFunction",
            function=function.name,
            principal="s3.amazonaws.com",
            source_arn=scope.naming.arn(trigger.bucket),
            # A bucket's name may become somebody else's.
            source_account=scope.naming.account_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.s3.BucketNotification(
            name,
            bucket=scope.upstream(trigger.bucket, "name"),
            lambda_functions=[
                {"lambda_function_arn": function.arn, "events": CREATED, "filter_suffix": suffix}
                for suffix in trigger.suffixes or ("",)
            ],
            # S3 tries whether it may invoke the function when it is told to.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )
        self.register_outputs({})
