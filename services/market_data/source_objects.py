"""The objects of the bucket, read as streams from any offset on."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from services.market_data.domain.lines import BrokenStreamError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

CHUNK = 262_144
GZIP_MAGIC = b"\x1f\x8b"
# Without the right to list a bucket, S3 answers 403 for an object that is not there, lest it tells.
_UNREADABLE = ("NoSuchKey", "NoSuchVersion", "AccessDenied", "403", "404", "405", "MethodNotAllowed")
_EMPTY = "InvalidRange"


class UnreadableObjectError(Exception):
    """An object that is not there, or not to be read."""


@dataclass(frozen=True, slots=True)
class SourceObject:
    """One version of an object, `size` bytes long as it is stored."""

    key: str
    version_id: str
    size: int
    compressed: bool


class SourceObjects:
    """Reads objects of a bucket; memory holds no more than a chunk of them."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def find(self, key: str, version_id: str | None = None) -> SourceObject:
        """The version of that id, or the latest; UnreadableObjectError where there is none."""
        version: dict[str, Any] = {"VersionId": version_id} if version_id else {}
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key, Range="bytes=0-1", **version)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code")
            if code == _EMPTY:
                head = self._client.head_object(Bucket=self._bucket, Key=key, **version)
                return SourceObject(key, head.get("VersionId", "null"), 0, compressed=False)
            if code not in _UNREADABLE:
                raise
            raise UnreadableObjectError(f"there is no object '{key}' to read, or no such version of it") from error
        with closing(answer["Body"]) as body:
            compressed = body.read() == GZIP_MAGIC
        size = int(answer["ContentRange"].rpartition("/")[2])
        return SourceObject(key, answer.get("VersionId", "null"), size, compressed)

    def chunks(self, source: SourceObject, offset: int) -> Iterator[bytes]:
        """The object's bytes, uncompressed, from an offset on; BrokenStreamError where the compression is broken.

        A compressed stream has no entry but its start, so that what comes before the offset is read and dropped.
        """
        if source.compressed:
            return self._uncompressed(source, offset)
        return self._plain(source, offset) if offset < source.size else iter(())

    def _plain(self, source: SourceObject, offset: int) -> Iterator[bytes]:
        answer = self._client.get_object(
            Bucket=self._bucket, Key=source.key, VersionId=source.version_id, Range=f"bytes={offset}-"
        )
        with closing(answer["Body"]) as body:
            yield from body.iter_chunks(CHUNK)

    def _uncompressed(self, source: SourceObject, offset: int) -> Iterator[bytes]:
        answer = self._client.get_object(Bucket=self._bucket, Key=source.key, VersionId=source.version_id)
        read = 0
        with closing(answer["Body"]) as body, gzip.GzipFile(fileobj=cast("IO[bytes]", body)) as stream:
            while chunk := _read(stream):
                read += len(chunk)
                # What is dropped is yielded as nothing, so that whoever reads can stop on the way.
                yield chunk[max(0, len(chunk) - max(0, read - offset)) :]


def _read(stream: gzip.GzipFile) -> bytes:
    try:
        return stream.read(CHUNK)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BrokenStreamError(f"the gzip stream is broken: {error}") from error
