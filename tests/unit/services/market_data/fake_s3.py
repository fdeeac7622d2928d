"""A bucket in memory, with versions, ranges, and streams that can break off."""

import io
from typing import Any

from botocore.response import StreamingBody

from tests.unit.services.fakes import Failing, client_error


class FakeS3(Failing):
    """Objects by key and version; `breaks_after` bytes a stream ends as a lost connection does."""

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[str, list[bytes]] = {}
        self.breaks_after: int | None = None
        self.read = 0

    def put(self, key: str, content: bytes) -> str:
        self.objects.setdefault(key, []).append(content)
        return f"v{len(self.objects[key])}"

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:  # noqa: N803  # boto3's names
        self.enter("put_object")
        self.put(Key, Body)

    def head_object(self, *, Key: str, **request: Any) -> dict[str, Any]:  # noqa: N803
        version, content = self._found(Key, request)
        return {"VersionId": version, "ContentLength": len(content)}

    def get_object(self, *, Bucket: str, Key: str, **request: Any) -> dict[str, Any]:  # noqa: N803
        self.enter("get_object")
        version, content = self._found(Key, request)
        answer: dict[str, Any] = {"VersionId": version}
        if "Range" in request:
            first, _, last = request["Range"].removeprefix("bytes=").partition("-")
            if int(first) >= len(content):
                raise client_error("InvalidRange")
            end = min(int(last or len(content)), len(content) - 1)
            answer["ContentRange"] = f"bytes {first}-{end}/{len(content)}"
            content = content[int(first) : end + 1]
        self.read += len(content)
        stream = io.BytesIO(content if self.breaks_after is None else content[: self.breaks_after])
        return answer | {"Body": StreamingBody(stream, len(content))}

    def _found(self, key: str, request: dict[str, Any]) -> tuple[str, bytes]:
        versions = self.objects.get(key)
        if not versions:
            raise client_error("AccessDenied")
        version = request.get("VersionId", f"v{len(versions)}")
        number = int(version.removeprefix("v"))
        if number > len(versions):
            raise client_error("NoSuchVersion")
        return version, versions[number - 1]
