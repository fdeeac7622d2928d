"""The data layer: every table, every bucket."""

from shared.components.bucket import Bucket
from shared.components.table import Table
from shared.layer import open_layer

layer = open_layer("data")
for scope in layer.scopes():
    for table in scope.system.tables:
        layer.export(table, Table(scope, table).outputs)
    for bucket in scope.system.buckets:
        layer.export(bucket, Bucket(scope, bucket).outputs)
