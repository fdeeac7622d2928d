"""Tables: ALL-4, and what the descriptions say of keys, indexes and streams."""

from collections.abc import Iterator

from operations.validation.deployed import Deployed
from operations.validation.finding import Finding, compared
from shared.model import Table


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on every table."""
    for system in deployed.systems:
        for table in system.tables:
            yield from _examine(deployed, table)


def _examine(deployed: Deployed, table: Table) -> Iterator[Finding]:
    client, name = deployed.client("dynamodb"), deployed.naming.name(table)
    found = client.describe_table(TableName=name)["Table"]
    backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    ttl = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    expected = {
        "billing mode": "PAY_PER_REQUEST",
        "point-in-time recovery": "ENABLED",
        "encryption": "ENABLED",
        "deletion protection": False,
    }
    yield from compared(
        ("ALL-4", "ALL-9"),
        name,
        expected,
        {
            "billing mode": found.get("BillingModeSummary", {}).get("BillingMode"),
            "point-in-time recovery": backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"],
            "encryption": found.get("SSEDescription", {}).get("Status"),
            "deletion protection": found.get("DeletionProtectionEnabled", False),
        },
    )
    keys = [table.partition_key.name, *([table.sort_key.name] if table.sort_key else [])]
    described = {
        "keys": keys,
        "indexes": sorted(index.name for index in table.indexes),
        "stream": table.stream.value if table.stream else None,
        "time to live": table.time_to_live,
    }
    yield from compared(
        ("TX-3", "TX-7") if table.time_to_live else (),
        name,
        described,
        {
            "keys": [key["AttributeName"] for key in sorted(found["KeySchema"], key=lambda key: key["KeyType"])],
            "indexes": sorted(index["IndexName"] for index in found.get("GlobalSecondaryIndexes", [])),
            "stream": found.get("StreamSpecification", {}).get("StreamViewType"),
            "time to live": ttl.get("AttributeName"),
        },
    )
