"""A system's CloudWatch dashboard."""

import json

import pulumi
import pulumi_aws as aws

from shared.dashboard import dashboard_body
from shared.scope import Scope


class Dashboard(pulumi.ComponentResource):
    """The figures an operator looks at first."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope.component_type("Dashboard"), scope.system.name)
        aws.cloudwatch.Dashboard(
            scope.system.name,
            dashboard_name=scope.naming.suffixed(scope.system.name),
            dashboard_body=json.dumps(dashboard_body(scope.system, scope.naming), sort_keys=True),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
