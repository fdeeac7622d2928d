"""The logger, tracer and metrics of a function; the only place that knows X-Ray."""

import os

from aws_lambda_powertools import Logger, Metrics, Tracer

# Calls made while the module is loaded have no segment to belong to.
os.environ.setdefault("AWS_XRAY_CONTEXT_MISSING", "IGNORE_ERROR")

logger = Logger()
tracer = Tracer(patch_modules=["botocore"])
metrics = Metrics()
