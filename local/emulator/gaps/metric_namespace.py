"""A condition on the namespace of metrics is held against the request's.

AWS documentation, Service Authorization Reference: "Actions, resources, and condition keys for Amazon CloudWatch"
(cloudwatch:namespace, which cloudwatch:PutMetricData has in the place of a resource).

The emulator never fills this key, so that a role which may put metrics into one namespace can put none at all. An
emulator that fills it makes this unnecessary. Requests are read in JSON, as boto3 writes them.
"""

from local.emulator.gaps import condition_keys
from local.emulator.gaps.condition_keys import Request, fill
from local.emulator.gaps.settings import GapSettings

WRAPPED = condition_keys.WRAPPED


def close(_: GapSettings) -> None:
    """Add the namespace that metrics are put into to the keys that policies are evaluated against."""
    fill("cloudwatch:PutMetricData", namespace)


def namespace(request: Request) -> dict[str, str]:
    """The condition key of a request to put metrics; none where it names no namespace."""
    said = request.get("Namespace")
    return {"cloudwatch:namespace": str(said)} if said else {}
