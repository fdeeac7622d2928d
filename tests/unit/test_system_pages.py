"""The pages on the systems say of each API all that it may answer."""

import re
from collections.abc import Iterator

import pytest

from shared.checkout import CHECKOUT
from shared.model import System
from shared.systems import known_systems, load_systems

WITH_APIS = [system for system in load_systems(known_systems()) if system.apis]
ROW = re.compile(r"^\| ((?:\d{3}(?:, )?)+)", re.MULTILINE)


@pytest.mark.requirement("RP-2")
@pytest.mark.parametrize("system", WITH_APIS, ids=lambda system: system.name)
def test_a_page_has_a_row_for_every_answer_that_is_described_and_for_no_other(system: System) -> None:
    text = (CHECKOUT / "docs" / "systems" / f"{system.name}.md").read_text()
    told = {int(status) for row in ROW.findall(text) for status in re.findall(r"\d{3}", row)}
    assert told == set(described(system))


@pytest.mark.parametrize("system", WITH_APIS, ids=lambda system: system.name)
def test_a_page_leads_to_the_document_of_each_api(system: System) -> None:
    text = (CHECKOUT / "docs" / "systems" / f"{system.name}.md").read_text()
    assert [api.name for api in system.apis if f"(../openapi/{api.name}.json)" not in text] == []


def described(system: System) -> Iterator[int]:
    """Every status that a route's description names."""
    return (status for api in system.apis for route in api.routes for status in route.answers)
