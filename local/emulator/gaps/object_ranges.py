"""A range of an old version of an object is that range, and not the whole.

AWS documentation, S3 API reference: "GetObject" (Range and versionId go together; the answer is a 206).

MiniStack reads ranges of the latest version alone, where no version is named. A release that reads them of any makes
this unnecessary.
"""

from collections.abc import Mapping
from typing import Any

from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.s3", "_get_object", "64ad7071ef0ec45a"),
    Wrapped("services.s3", "_parse_range", "0631595e6e00e40f"),
    Wrapped("services.s3", "_range_error_xml", "7bf593fed84faa60"),
    Wrapped("services.s3", "_xml_body", "a66f9c18121c2a57"),
)

Answer = tuple[int, dict[str, str], bytes]


def close(_: GapSettings) -> None:
    """Cut the range out of a version that is answered whole."""
    buckets = load("services.s3")
    get = buckets._get_object

    def ranged(bucket: str, key: str, headers: Mapping[str, str], query: Any = None) -> Answer:
        status, answered, body = get(bucket, key, headers, query)
        said = headers.get("range", "")
        if not said or status != 200:  # noqa: PLR2004 - OK: 206 is a range already
            return status, answered, body
        found = buckets._parse_range(said, len(body))
        if found is None:
            error = buckets._xml_body(buckets._range_error_xml(bucket, key))
            return 416, {"Content-Type": "application/xml", "Content-Range": f"bytes */{len(body)}"}, error
        first, last = found
        part = body[first : last + 1]
        # A checksum is of the whole, which the client does not get.
        kept = {name: value for name, value in answered.items() if not name.lower().startswith("x-amz-checksum")}
        told = {"Content-Length": str(len(part)), "Content-Range": f"bytes {first}-{last}/{len(body)}"}
        return 206, kept | told, part

    buckets._get_object = ranged
