"""What a function must never do, whatever another statement allows it."""

from dataclasses import dataclass
from enum import StrEnum

from shared.model.bucket import Bucket, Objects
from shared.model.table import Table


class Forbidden(StrEnum):
    """The verb of a denial."""

    DELETES_TABLE = "deletes table"
    CHANGES_BUCKET = "changes bucket"
    WRITES_OUTSIDE = "writes outside"
    LEAVES_TLS = "leaves TLS"


@dataclass(frozen=True, slots=True)
class Denial:
    """An act that a function's role is denied explicitly; `target` is None where it is any resource's."""

    act: Forbidden
    target: Table | Bucket | Objects | None = None


def deletes_table(table: Table) -> Denial:
    """Deletes the table as a whole."""
    return Denial(Forbidden.DELETES_TABLE, table)


def changes_bucket(bucket: Bucket) -> Denial:
    """Deletes the bucket, or changes its policy, versioning, lifecycle, encryption or public access."""
    return Denial(Forbidden.CHANGES_BUCKET, bucket)


def writes_outside(bucket: Bucket, prefix: str) -> Denial:
    """Writes or deletes objects, in whatever bucket, that are not under the prefix of this one."""
    return Denial(Forbidden.WRITES_OUTSIDE, Objects(bucket, prefix))


def leaves_tls() -> Denial:
    """Calls anything other than over TLS."""
    return Denial(Forbidden.LEAVES_TLS)
