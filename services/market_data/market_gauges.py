"""Gauges of the market data as a whole, in CloudWatch."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from services.common.telemetry import logger

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.client import CloudWatchClient


class MarketGauges:
    """Puts gauges into the system's namespace; one that is lost comes again in five minutes."""

    def __init__(self, client: "CloudWatchClient", namespace: str) -> None:
        self._client = client
        self._namespace = namespace

    def put(self, gauges: Mapping[str, int]) -> None:
        """Puts counts by their metrics' names; a failure is logged."""
        try:
            self._client.put_metric_data(
                Namespace=self._namespace,
                MetricData=[{"MetricName": name, "Value": value, "Unit": "Count"} for name, value in gauges.items()],
            )
        except (ClientError, BotoCoreError) as error:
            logger.error("gauges not put", extra={"reason": str(error)})
