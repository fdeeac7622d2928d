"""Tables: on demand, recoverable, encrypted and destroyable."""

from collections.abc import Iterator

from operations.validation.deployed import Deployed
from operations.validation.examination import Examined, elements, examine_each, shows
from operations.validation.finding import Fact, Finding, equals
from shared.model import Table


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on every table."""
    tables = elements(deployed, lambda system: system.tables, lambda _, table: deployed.naming.name(table))
    return examine_each(tables, (_at_rest, _recovery, _deletion))


@shows("ALL-4")
def _at_rest(table: Examined[Table]) -> Iterator[Fact]:
    found = table.ask("dynamodb", "describe_table", TableName=table.name)["Table"]
    yield equals("billing mode", found.get("BillingModeSummary", {}).get("BillingMode"), "PAY_PER_REQUEST")
    encryption = found.get("SSEDescription", {})
    yield equals("encryption with KMS", encryption.get("Status"), "ENABLED")
    if key := table.element.key:
        yield equals("table's key", encryption.get("KMSMasterKeyArn"), table.deployed.output(key, "arn"))


@shows("ALL-4")
def _recovery(table: Examined[Table]) -> Iterator[Fact]:
    answer = table.ask("dynamodb", "describe_continuous_backups", TableName=table.name)
    found = answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    yield equals("point-in-time recovery", found["PointInTimeRecoveryStatus"], "ENABLED")


@shows("ALL-9")
def _deletion(table: Examined[Table]) -> Iterator[Fact]:
    found = table.ask("dynamodb", "describe_table", TableName=table.name)["Table"]
    yield equals("deletion protection", found.get("DeletionProtectionEnabled", False), False)
