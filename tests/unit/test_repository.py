"""What stands in the repository, and what must not."""

import re
import subprocess
from collections.abc import Iterator

import pytest

from shared.checkout import CHECKOUT

REGISTRIES = "|".join(("pypi", "npmjs", "golang", "crates", "maven", "pythonhosted"))
REGISTRY_HOST = re.compile(rf"\b(?:{REGISTRIES})[a-z0-9-]*\.(?:org|com|io)\b")
# The home of Lambda's own user, which handlers see, is no path of a machine of ours.
MACHINE_PATH = re.compile(r"(?<![A-Za-z0-9_.:/-])/(?:root|home|Users)/(?!sbx_user1051)[a-z.]")
SECRET = re.compile(r"AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bpul-[0-9a-f]{40}\b")

# Modules of Go are named by where they come from.
NAMES_OF_MODULES = ("go.mod", "go.sum")


def _tracked() -> Iterator[tuple[str, str]]:
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    for name in listed.split("\0"):
        if name and not name.endswith(NAMES_OF_MODULES):
            yield name, (CHECKOUT / name).read_text()


@pytest.mark.requirement("RP-7")
def test_the_licence_and_the_changelog_are_there() -> None:
    assert "Apache License" in (CHECKOUT / "LICENSE").read_text()
    assert (CHECKOUT / "CHANGELOG.md").read_text().startswith("# Changelog")


@pytest.mark.requirement("RP-7")
@pytest.mark.parametrize("unwanted", [REGISTRY_HOST, MACHINE_PATH, SECRET], ids=["registry", "path", "secret"])
def test_no_tracked_file_names_a_registry_a_path_of_a_machine_or_a_secret(unwanted: re.Pattern[str]) -> None:
    found = {name: match[0] for name, text in _tracked() if (match := unwanted.search(text))}
    assert found == {}
