"""Every alarm leads to a runbook, every runbook is led to, and what they say to do can be done."""

import re
from pathlib import Path

import pytest

from operations import runbook_index
from operations.runbook_index import links
from shared.checkout import CHECKOUT
from shared.runbooks import FOLDER, Runbook

GUIDES = [CHECKOUT / "docs" / f"{name}.md" for name in ("recovery", "roll-back", "restore-a-table", "pipeline")]
RUNBOOKS = sorted(file for file in (CHECKOUT / FOLDER).glob("*.md") if file.name != "README.md")
PARTS = ("What rang", "What it means", "How to see it", "How to mend it", "How to put it back", "It is over when")


@pytest.mark.requirement("ALL-11", "RP-2")
def test_every_runbook_is_there_and_can_be_reached_from_an_alarm() -> None:
    reached: set[str] = set()
    ahead = {Path(runbook.value).name for runbook in Runbook}
    while ahead:
        reached |= ahead
        ahead = {name for file in ahead for name in links(CHECKOUT / FOLDER / file)} - reached
    assert reached == {file.name for file in RUNBOOKS}


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda file: file.stem)
def test_a_runbook_has_the_parts_that_a_person_looks_for(runbook: Path) -> None:
    assert re.findall("^## (.*)$", runbook.read_text(), re.MULTILINE) == list(PARTS)


@pytest.mark.parametrize("page", [*RUNBOOKS, *GUIDES], ids=lambda file: file.stem)
def test_every_recipe_that_is_told_of_exists(page: Path) -> None:
    recipes = set(re.findall(r"^([a-z-]+)[^:\n]*:(?!=)", (CHECKOUT / "Justfile").read_text(), re.MULTILINE))
    told = set(re.findall(r"(?:^ {4}|`)just ([a-z-]+)", page.read_text(), re.MULTILINE))
    assert told
    assert told <= recipes


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda file: file.stem)
def test_every_error_and_log_line_that_is_told_of_is_one_of_ours(runbook: Path) -> None:
    code = "\n".join(file.read_text() for file in (CHECKOUT / "services").rglob("*.py"))
    text = runbook.read_text()
    errors = re.findall(r"`([A-Za-z]+Error)`", text)
    lines = re.findall(r"`([a-z]+ [a-z ]+)`", text)
    ours = [line for line in lines if not line.startswith(("just ", "aws ", "pulumi "))]
    assert [told for told in errors + ours if told not in code] == []


def test_the_index_is_what_the_alarms_and_runbooks_say() -> None:
    assert runbook_index.FILE.read_text() == runbook_index.document()
