"""The zip of a function's code."""

import io
import zipfile
from pathlib import Path

import pytest

from local.provider.archives import base64_sha256, zipped
from local.provider.errors import ProviderError
from local.provider.values import ARCHIVE, ASSET, SIGNATURE


def _archive(**parts: object) -> dict[str, object]:
    return {SIGNATURE: ARCHIVE, **parts}


def _names(content: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_a_folder_is_zipped_the_same_whenever_its_content_is(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "package").mkdir(parents=True)
        (tmp_path / name / "package" / "module.py").write_text("x = 1\n")
        (tmp_path / name / "index.py").write_text("y = 2\n")
    (tmp_path / "b" / "__pycache__").mkdir()
    (tmp_path / "b" / "__pycache__" / "index.cpython-311.pyc").write_bytes(b"stray")
    first, second = (zipped(_archive(path=str(tmp_path / name))) for name in ("a", "b"))
    assert base64_sha256(first) == base64_sha256(second)
    assert _names(first) == ["index.py", "package/module.py"]
    assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_assets_and_archives_nest(tmp_path: Path) -> None:
    (tmp_path / "lib.py").write_text("z = 3\n")
    text = {SIGNATURE: ASSET, "text": "w = 4\n"}
    inner = _archive(assets={"lib.py": {SIGNATURE: ASSET, "path": str(tmp_path / "lib.py")}})
    assert _names(zipped(_archive(assets={"index.py": text, "libs": inner}))) == ["index.py", "libs/lib.py"]


def test_a_zip_file_is_taken_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "bundle.zip"
    with zipfile.ZipFile(file, "w") as bundle:
        bundle.writestr("index.py", "v = 5\n")
    assert zipped(_archive(path=str(file))) == file.read_bytes()


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match=r"nowhere' is neither a file nor a folder"):
        zipped(_archive(path=str(tmp_path / "nowhere")))


def test_a_remote_archive_is_refused() -> None:
    with pytest.raises(ProviderError, match="no remote archives"):
        zipped(_archive(uri="https://example.com/code.zip"))
