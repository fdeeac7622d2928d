"""The logger, tracer and metrics of a function; the only place that knows X-Ray."""

import logging
import os

from aws_lambda_powertools import Logger, Metrics, Tracer

# Calls outside of an invocation, or in one that is not traced, have no segment to belong to: no reason to complain.
os.environ.setdefault("AWS_XRAY_CONTEXT_MISSING", "IGNORE_ERROR")
logging.getLogger("aws_xray_sdk").setLevel(logging.ERROR)

logger = Logger()
tracer = Tracer(patch_modules=["botocore"])
metrics = Metrics()
