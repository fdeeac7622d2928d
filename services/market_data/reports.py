"""Reports on the lines of an object that are no trades: one for each section that has any."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from services.common.json_body import json_text
from services.market_data.domain.ingest_request import REPORTS
from services.market_data.domain.section import Refusal
from services.market_data.source_objects import SourceObject

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

# A key has at most 1,024 bytes; the rest is for the prefix, the version and the line.
MAX_NAME_BYTES = 800


class Reports:
    """Writes reports under `reports/`; one that is written again is the same again."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def write(self, source: SourceObject, refusals: Sequence[Refusal]) -> str:
        """The key of the report, JSON lines of line number and reason, in the order of the lines."""
        key = f"{report_prefix(source)}{refusals[0].line:012}.report"
        lines = [json_text({"line": refusal.line, "reason": refusal.reason}) for refusal in refusals]
        body = "\n".join([*lines, ""]).encode()
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/x-ndjson")
        return key


def report_prefix(source: SourceObject) -> str:
    """Under which the reports on a version of an object stand."""
    name = source.key if len(source.key.encode()) <= MAX_NAME_BYTES else sha256(source.key.encode()).hexdigest()
    return f"{REPORTS}{name}/{source.version_id}/"
