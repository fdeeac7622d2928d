"""The role of a function, with exactly the grants that its description implies."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from shared.grants import statements
from shared.key_use import key_uses
from shared.model import Function, Key
from shared.policy_document import assumed_by, policy_json
from shared.scope import Scope


class FunctionRole(pulumi.ComponentResource):
    """An IAM role that Lambda assumes for one function; `arn` is the role's, `key_arns` its system's keys."""

    arn: pulumi.Output[str]

    def __init__(self, scope: Scope, function: Function, key_arns: Mapping[Key, pulumi.Output[str]]) -> None:
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
        self._grant_keys(scope, function, key_arns, role)
        self.arn = role.arn
        self.register_outputs({"arn": self.arn})

    def _grant_keys(
        self, scope: Scope, function: Function, key_arns: Mapping[Key, pulumi.Output[str]], role: aws.iam.Role
    ) -> None:
        """A policy of its own: KMS mints the ARNs, and a preview knows all the other grants without them."""
        uses = tuple(key_uses(scope.naming, scope.settings.environment, scope.system, function))
        if not uses:
            return
        arns = pulumi.Output.all(*(key_arns[use.key] for use in uses))
        aws.iam.RolePolicy(
            f"{function.name}-keys",
            name=scope.naming.suffixed(f"{function.name}-keys"),
            role=role.name,
            policy=arns.apply(
                lambda arns: policy_json(use.statement(scope.naming, arn) for use, arn in zip(uses, arns, strict=True))
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
