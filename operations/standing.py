"""What can only be told of an environment all of whose layers stand."""

from operations.problem import OperationError
from operations.pulumi_command import PulumiCommand
from shared.layers import LAYERS


def refuse_undeployed(pulumi: PulumiCommand) -> None:
    """OperationError names the first layer that is not deployed."""
    environment, stacks = pulumi.target.environment, pulumi.stacks()
    for layer in LAYERS:
        if layer not in stacks or not stacks[layer].deployed:
            raise OperationError(
                f"layer '{layer}' is not deployed in '{environment}'; deploy it first: just deploy-all {environment}"
            )
