"""Zip files of the archives and assets that a program hands over, the same to the byte for the same content."""

import base64
import hashlib
import io
import urllib.parse
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.provider.errors import ProviderError
from local.provider.values import ARCHIVE, SIGNATURE

EPOCH = (1980, 1, 1, 0, 0, 0)
FILE_MODE = 0o644
EXECUTABLE_MODE = 0o755
LEFT_OUT = {"__pycache__", ".DS_Store"}


def zipped(code: dict[str, Any]) -> bytes:
    """The zip of an archive or asset; a *.zip file is taken as it is. Paths are relative to the project's folder."""
    path = _path(code)
    if path and path.suffix == ".zip" and path.is_file():
        return path.read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, mode in sorted(_entries(code, ""), key=lambda entry: entry[0]):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o100000 | mode) << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def base64_sha256(content: bytes) -> str:
    """The hash by which Lambda knows a zip."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def _entries(value: dict[str, Any], name: str) -> Iterator[tuple[str, bytes, int]]:
    if value.get(SIGNATURE) == ARCHIVE and isinstance(value.get("assets"), dict):
        for key, item in value["assets"].items():
            yield from _entries(item, f"{name}/{key}".strip("/"))
        return
    if "text" in value:
        yield name, str(value["text"]).encode(), FILE_MODE
        return
    path = _path(value)
    if path is None:
        raise ProviderError(f"code '{name}': the local provider takes files, folders and text, no remote archives.")
    yield from _files(path, name)


def _files(path: Path, name: str) -> Iterator[tuple[str, bytes, int]]:
    if path.is_file():
        yield name or path.name, path.read_bytes(), _mode(path)
    elif path.is_dir():
        for file in path.rglob("*"):
            inner = file.relative_to(path)
            if file.is_file() and not LEFT_OUT & set(inner.parts):
                yield f"{name}/{inner.as_posix()}".strip("/"), file.read_bytes(), _mode(file)
    else:
        raise ProviderError(f"code: '{path}' is neither a file nor a folder (looked in {Path.cwd()}).")


def _mode(path: Path) -> int:
    return EXECUTABLE_MODE if path.stat().st_mode & 0o100 else FILE_MODE


def _path(value: dict[str, Any]) -> Path | None:
    if value.get("path"):
        return Path(value["path"])
    uri = urllib.parse.urlsplit(value.get("uri") or "")
    return Path(urllib.parse.unquote(uri.path)) if uri.scheme == "file" else None
