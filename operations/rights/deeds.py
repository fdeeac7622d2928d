"""Grants and denials in words."""

from collections.abc import Mapping

from shared.model import Access, Bucket, Denial, Forbidden, Index, Objects, OwnMetrics, Use
from shared.model.use import Target

DEEDS: Mapping[Access, str] = {
    Access.GETS: "read single items of {}",
    Access.GETS_BATCHES: "read items of {} by their keys, many at once",
    Access.PUTS: "put whole items into {}",
    Access.UPDATES: "change items of {}",
    Access.DELETES: "delete items of {}",
    Access.WRITES_BATCHES: "put items into {} and delete them, many at once",
    Access.QUERIES: "query {}",
    Access.READS_STREAM: "read the stream of {}",
    Access.SENDS: "send messages to {}",
    Access.RECEIVES: "take messages from {}",
    Access.PUBLISHES: "publish messages to {}",
    Access.PUTS_EVENTS: "put events on {}",
    Access.PUTS_METRICS: "put metrics into {}",
    Access.READS_OBJECTS: "read {}",
    Access.WRITES_OBJECTS: "write {}",
    Access.DECRYPTS: "decrypt {}",
    Access.READS_SECRET: "read the secret {}",
}

FORBIDDEN_DEEDS: Mapping[Forbidden, str] = {
    Forbidden.DELETES_TABLE: "delete the table {}",
    Forbidden.CHANGES_BUCKET: "delete the bucket {}, or change its policy or its settings",
    Forbidden.WRITES_OUTSIDE: "write or delete anything but {}",
    Forbidden.LEAVES_TLS: "call anything other than over TLS",
}


def deed(use: Use) -> str:
    """What the use lets the function do."""
    return DEEDS[use.access].format(_named(use.target))


def forbidden_deed(denial: Denial) -> str:
    """What the denial keeps the function from, whatever it is granted."""
    return FORBIDDEN_DEEDS[denial.act].format(_named(denial.target) if denial.target else "")


def _named(target: Target | Bucket) -> str:
    match target:
        case Index(table=table, key=key):
            return f"{table.name} by its index {key.name}"
        case Objects(bucket=bucket, prefix=prefix):
            return f"objects of {bucket.name}" + (f" under {prefix}" if prefix else "")
        case OwnMetrics():
            return "the system's own namespace"
        case element:
            return element.name
