"""The data layer: every table."""

from shared.components.table import Table
from shared.layer import open_layer

layer = open_layer("data")
for scope in layer.scopes():
    for table in scope.system.tables:
        layer.export(table, Table(scope, table).outputs)
