"""A secret that functions carry encrypted."""

import pulumi
import pulumi_aws as aws

from shared.key_use import secret_context
from shared.model import Ciphertext as Description
from shared.scope import Scope
from shared.secret_configuration import secret_value


class Ciphertext(pulumi.ComponentResource):
    """A configured secret encrypted under a key and bound to its place; `blob` is the ciphertext in base64."""

    blob: pulumi.Output[str]

    def __init__(self, scope: Scope, ciphertext: Description, key_arn: pulumi.Output[str]) -> None:
        super().__init__(scope.component_type("Ciphertext"), ciphertext.name)
        made = aws.kms.Ciphertext(
            ciphertext.name,
            key_id=key_arn,
            plaintext=secret_value(scope, ciphertext),
            context=secret_context(scope.settings.environment, scope.system, ciphertext),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.blob = made.ciphertext_blob
        self.register_outputs({"blob": self.blob})
