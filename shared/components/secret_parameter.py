"""A secret that functions read from SSM."""

import pulumi
import pulumi_aws as aws

from shared.model import SecretParameter as Description
from shared.scope import Scope
from shared.secret_configuration import secret_value


class SecretParameter(pulumi.ComponentResource):
    """An SSM SecureString under the AWS-managed key; `name` is the parameter's."""

    name: pulumi.Output[str]

    def __init__(self, scope: Scope, secret: Description) -> None:
        super().__init__(scope.component_type("SecretParameter"), secret.name)
        parameter = aws.ssm.Parameter(
            secret.name,
            name=scope.naming.parameter_name(scope.system, secret),
            description=f"One secret a line, the current one first: {secret.name} of {scope.system.name}",
            type="SecureString",
            value=secret_value(scope, secret),
            tags=scope.tags,
            # A rotation writes the parameter and must not be undone by the next deployment.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["value"]),
        )
        self.name = parameter.name
        self.register_outputs({"name": self.name})
