"""The security layer: every key, every function's role, every secret."""

from shared.components.function_role import FunctionRole
from shared.components.key import Key
from shared.components.secret_parameter import SecretParameter
from shared.layer import open_layer

layer = open_layer("security")
for scope in layer.scopes():
    for key in scope.system.keys:
        layer.export(key, Key(scope, key).outputs)
    for function in scope.system.functions:
        layer.export(function.role, {"arn": FunctionRole(scope, function).arn})
    for secret in scope.system.secrets:
        layer.export(secret, {"name": SecretParameter(scope, secret).name})
