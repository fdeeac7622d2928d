"""Values for secrets that nobody has set."""

import json
from pathlib import Path

import pytest

from operations import invented_secrets
from operations.invented_secrets import invented

URL = "http://127.0.0.1:4566"


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(invented_secrets, "CHECKOUT", tmp_path)
    folder = tmp_path / "examples" / "shop"
    folder.mkdir(parents=True)
    return folder


def test_a_secret_without_a_sample_is_random(examples: Path) -> None:
    first, second = invented("shop", "token", URL), invented("shop", "token", URL)
    assert len(bytes.fromhex(first)) == 32
    assert first != second


def test_a_samples_random_parts_are_filled_in_each_with_its_own(examples: Path) -> None:
    (examples / "token.sample").write_text('{"a": "{random}", "b": "{random}"}\n')
    said = json.loads(invented("shop", "token", URL))
    assert [len(bytes.fromhex(said[name])) for name in ("a", "b")] == [32, 32]
    assert said["a"] != said["b"]


def test_a_sample_can_name_the_target_on_this_machine(examples: Path) -> None:
    (examples / "endpoint.sample").write_text("{target}/prices\n")
    assert invented("shop", "endpoint", URL) == f"{URL}/prices"
