"""The api layer: every REST API."""

from shared.components.rest_api import RestApi
from shared.layer import open_layer

layer = open_layer("api")
for scope in layer.scopes():
    for api in scope.system.apis:
        layer.export(api, RestApi(scope, api).outputs)
