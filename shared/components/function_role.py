"""The role of a function, with exactly the grants that its description implies."""

import pulumi
import pulumi_aws as aws

from shared.grants import statements
from shared.model import Function
from shared.policy_document import assumed_by, policy_json
from shared.scope import Scope


class FunctionRole(pulumi.ComponentResource):
    """An IAM role that Lambda assumes for one function; `arn` is the role's."""

    arn: pulumi.Output[str]

    def __init__(self, scope: Scope, function: Function) -> None:
        super().__init__(scope.component_type("FunctionRole"), function.name)
        child = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            function.name,
            name=scope.naming.name(function.role),
            description=f"Role of the function {function.name} of {scope.system.name}",
            assume_role_policy=assumed_by("lambda.amazonaws.com"),
            tags=scope.tags,
            opts=child,
        )
        aws.iam.RolePolicy(
            function.name,
            name=scope.naming.suffixed(f"{function.name}-grants"),
            role=role.name,
            policy=policy_json(statements(scope.naming, scope.system, function)),
            opts=child,
        )
        self.arn = role.arn
        self.register_outputs({"arn": self.arn})
