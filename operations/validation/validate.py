"""`validate`: holds what is deployed against the requirements, by describe calls alone."""

from collections.abc import Iterator

from botocore.exceptions import BotoCoreError

from operations.display import show_table
from operations.problem import OperationError
from operations.pulumi_command import PulumiCommand
from operations.standing import refuse_undeployed
from operations.validation import (
    alarms,
    buckets,
    ciphertexts,
    functions,
    keys,
    names,
    parameters,
    queues,
    rest_apis,
    roles,
    tables,
    tags,
    topics,
    triggers,
)
from operations.validation.deployed import Deployed
from operations.validation.finding import Finding, Verdict
from operations.validation.rows import rows
from operations.validation.systems import examination_of

EXAMINATIONS = (
    *(names, functions, roles, tables, buckets, queues, topics, rest_apis, triggers),
    *(keys, ciphertexts, tags, alarms, parameters),
)


def validate(pulumi: PulumiCommand) -> None:
    """Prints a line for each requirement's row; OperationError where one is not met, after what differs."""
    environment = pulumi.target.environment
    refuse_undeployed(pulumi)
    found = rows(findings(Deployed(pulumi)), pulumi.target.settings.systems)
    different: list[tuple[str, ...]] = []
    failed: list[str] = []
    for row in found:
        print(row.line)
        if row.verdict is Verdict.NOT_MET:
            failed.append(row.id)
            different += [
                (row.id, one.subject, one.property, one.found, one.wanted)
                for one in row.findings
                if one.verdict is Verdict.NOT_MET
            ]
    if failed:
        show_table("what differs", ("row", "resource", "property", "found", "must be"), different)
        raise OperationError(f"'{environment}' does not meet {', '.join(failed)}; the table above says where")
    print(f"'{environment}' meets every row that describe calls can show")


def findings(deployed: Deployed) -> Iterator[Finding]:
    """All that is to be found; OperationError where AWS can't be asked."""
    try:
        for module in EXAMINATIONS:
            yield from module.examine(deployed)
        for system in deployed.systems:
            if own := examination_of(system):
                yield from own.examine(deployed, system)
    except BotoCoreError as error:
        raise OperationError(f"'{deployed.target.environment}' can't be examined: {error}") from None
