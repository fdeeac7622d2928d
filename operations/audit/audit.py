"""`audit`: joins the deployed state of all layers with what is described, and with itself."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError, ClientError

from operations.audit import (
    consumer_sizes,
    dangling_grants,
    excess_grants,
    excess_principals,
    missing_grants,
    output_contracts,
    policy_pack,
    programs,
)
from operations.audit.finding import Finding
from operations.audit.report import FORMATS, show
from operations.audit.state import Deployed, read_state
from operations.problem import OperationError, choose
from operations.pulumi_command import PulumiCommand
from operations.standing import refuse_undeployed
from operations.target import Target
from shared.layers import LAYERS
from shared.naming import Naming
from shared.operators import OPERATORS

JOINS = (missing_grants, dangling_grants, excess_grants, excess_principals, consumer_sizes, output_contracts)
CHECKS: Mapping[str, str] = {module.CHECK: module.DESCRIPTION for module in (*JOINS, programs, policy_pack)}

# A preview keeps a processor busy.
AT_ONCE = 2


def audit(pulumi: PulumiCommand, form: str) -> None:
    """Prints what does not fit in one of the formats; OperationError where anything does not."""
    choose("format", form, FORMATS)
    environment = pulumi.target.environment
    refuse_undeployed(pulumi)
    found = list(_findings(pulumi))
    show(found, CHECKS, environment, form)
    if found:
        raise OperationError(f"'{environment}' is not what the code says: {len(found)} findings")


def joined(deployed: Deployed) -> Iterator[Finding]:
    """What the state and the descriptions alone can show."""
    for module in JOINS:
        yield from module.examine(deployed)


def _findings(pulumi: PulumiCommand) -> Iterator[Finding]:
    target = pulumi.target
    exports = _of_layers(pulumi.export)
    deployed = Deployed(read_state(exports), (OPERATORS, *target.systems), _naming(target), target.environment)
    yield from joined(deployed)
    yield from programs.examine(_of_layers(pulumi.changes), target.environment)
    yield from policy_pack.examine(exports, target.settings)


def _of_layers(read: Callable[[str], str]) -> dict[str, str]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(LAYERS, pool.map(read, LAYERS), strict=True))


def _naming(target: Target) -> Naming:
    try:
        return target.naming()
    except (BotoCoreError, ClientError) as error:
        raise OperationError(f"the account of '{target.environment}' can't be told: {error}") from None
