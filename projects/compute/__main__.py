"""The compute layer: every function from its system's bundle, and its triggers."""

import pulumi

from shared.components.function import Function
from shared.layer import open_layer
from shared.packaging import AWS, bundle_of, target_named

layer = open_layer("compute")
target = target_named(pulumi.Config().get("bundleTarget") or AWS.name)
for scope in layer.scopes():
    for function in scope.system.functions:
        made = Function(scope, function, bundle_of(scope.system, target))
        layer.export(function, made.outputs)
        for trigger, rule in zip(function.rules, made.rules, strict=True):
            layer.export(trigger, {"name": rule.name})
