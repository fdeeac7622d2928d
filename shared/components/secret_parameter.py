"""A secret that functions read from SSM."""

import pulumi
import pulumi_aws as aws

from shared.model import SecretParameter as Description
from shared.scope import Scope


def config_key(system: str, secret: str) -> str:
    """Key of the security layer's configuration that holds the secret's first value."""
    return f"{system}-{secret}"


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
            value=_first_value(scope, secret),
            tags=scope.tags,
            # A rotation writes the parameter and must not be undone by the next deployment.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["value"]),
        )
        self.name = parameter.name
        self.register_outputs({"name": self.name})


def _first_value(scope: Scope, secret: Description) -> pulumi.Output[str]:
    key = config_key(scope.system.name, secret.name)
    value = pulumi.Config().get_secret(key)
    if value is None:
        raise pulumi.RunError(
            f"the configuration of layer 'security' in '{scope.settings.environment}' has no secret '{key}'; set it "
            f"in projects/security: pulumi config set --secret {key} --stack {scope.settings.environment}"
        )
    return value
