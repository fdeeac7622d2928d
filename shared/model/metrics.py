"""CloudWatch metrics that a function puts by calls of its own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnMetrics:
    """Metrics in the system's own namespace, which is the one of its functions' telemetry, too."""

    name: str = "metrics"
