"""Property values as plain Python: from and to the wire, unknowns, and secrets taken out of their wrapping."""

from typing import Any

from google.protobuf import json_format, struct_pb2

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the wire's mark of a secret, not one
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"

Properties = dict[str, Any]


def decoded(struct: struct_pb2.Struct) -> Properties:
    """Plain dict of a wire struct: whole numbers are ints, nulls are left out, secrets and outputs are unwrapped."""
    return _plain(json_format.MessageToDict(struct))


def encoded(properties: Properties) -> struct_pb2.Struct:
    """Wire struct of a plain dict."""
    struct = struct_pb2.Struct()
    json_format.ParseDict(properties, struct)
    return struct


def contains_unknown(value: Any) -> bool:
    """Whether an unknown is anywhere inside the value."""
    if isinstance(value, dict):
        return any(contains_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(contains_unknown(item) for item in value)
    return value == UNKNOWN


def is_archive(value: Any) -> bool:
    """Whether the value is an archive or an asset."""
    return isinstance(value, dict) and value.get(SIGNATURE) in {ASSET, ARCHIVE}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get(SIGNATURE) in {SECRET, OUTPUT}:
            return _plain(value.get("value", UNKNOWN))
        return {key: _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
