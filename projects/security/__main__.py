"""The security layer: every key, every function's role, every secret."""

from shared.components.ciphertext import Ciphertext
from shared.components.function_role import FunctionRole
from shared.components.key import Key
from shared.components.secret_parameter import SecretParameter
from shared.layer import open_layer
from shared.secret_configuration import require_secrets

layer = open_layer("security")
require_secrets(layer.systems, layer.settings.environment)
for scope in layer.scopes():
    keys = {key: Key(scope, key).outputs for key in scope.system.keys}
    key_arns = {key: outputs["arn"] for key, outputs in keys.items()}
    for key, outputs in keys.items():
        layer.export(key, outputs)
    for ciphertext in scope.system.ciphertexts:
        layer.export(ciphertext, {"blob": Ciphertext(scope, ciphertext, key_arns[ciphertext.key]).blob})
    for function in scope.system.functions:
        layer.export(function.role, {"arn": FunctionRole(scope, function, key_arns).arn})
    for secret in scope.system.secrets:
        layer.export(secret, {"name": SecretParameter(scope, secret).name})
