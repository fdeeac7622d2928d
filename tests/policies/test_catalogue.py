"""What is told of the rules: the page, and the listing with the exemptions in force."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from policies.framework import catalogue, listing
from policies.framework.catalogue import PACK, render
from policies.framework.exemptions import TYPE
from policies.framework.pack import find_rules
from shared.checkout import CHECKOUT
from tests.policies.cases.exemptions import written
from tests.policies.verdicts import TODAY

RULES = find_rules(PACK)
PAGE = CHECKOUT / "docs" / "policies.md"


def test_the_page_in_docs_is_what_the_rules_say_today() -> None:
    assert PAGE.read_text() == render(RULES), "docs/policies.md is stale: just docs"


def test_the_page_has_every_rule_and_every_setting_once() -> None:
    page = render(RULES)
    for rule in RULES:
        assert page.count(f"| [`{rule.name}`](") == 1
        assert all(page.count(f"| `{rule.name}` | `{knob.name}` |") == 1 for knob in rule.knobs)
    assert all(f", {control}" in page or f"| {control}" in page for rule in RULES for control in rule.controls)
    assert "these repair: `tags-required`, `xray-tracing-active`." in page


def test_the_recipe_writes_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["catalogue", str(tmp_path / "page.md")])
    runpy.run_path(catalogue.__file__, run_name="__main__")
    assert (tmp_path / "page.md").read_text() == render(RULES)


def state(*resources: dict[str, Any]) -> str:
    return json.dumps({"deployment": {"resources": list(resources)}})


def exempt(name: str = "legacy", **changed: Any) -> dict[str, Any]:
    urn = f"urn:pulumi:dev::orders::policies:exemption:Exemption::{name}"
    return {"type": TYPE, "urn": urn, "inputs": written(**changed)}


def test_the_listing_names_the_rules_and_the_exemptions_of_every_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data.json").write_text(json.dumps({"deployment": {}}))
    (tmp_path / "messaging.json").write_text(state(exempt(), {"type": "aws:sqs/queue:Queue"}))
    monkeypatch.setattr("sys.argv", ["listing", str(tmp_path / "data.json"), str(tmp_path / "messaging.json")])
    with pytest.raises(SystemExit, match="0"):
        runpy.run_path(listing.__file__, run_name="__main__")
    said = capsys.readouterr().out
    assert f"{len(RULES)} rules, all mandatory:" in said
    assert all(f"\n{rule.name} " in said for rule in RULES)
    assert "\n1 exemption in force where deployed:\n" in said
    assert "expired" not in said
    assert "malformed" not in said
    assert "until 2027-06-30  sqs-encrypted on aws:sqs/queue:Queue::orders: sqsManagedSseEnabled absent" in said
    assert "its messages are public (urn:pulumi:dev::orders" in said


def test_the_listing_says_that_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert listing.main([], TODAY) == 0
    assert "No exemptions in force" in capsys.readouterr().out


def test_the_listing_tells_what_is_in_force_from_what_has_expired_and_what_is_malformed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "messaging.json"
    bare = {"type": TYPE, "urn": "urn:pulumi:dev::orders::policies:exemption:Exemption::bare"}
    file.write_text(
        state(
            exempt("today", until=f"{TODAY}"),
            exempt("old", until="2026-11-20"),
            exempt("vague", until="next summer"),
            bare,
        )
    )
    assert listing.main([str(file)], TODAY) == 0
    in_force, expired, malformed = capsys.readouterr().out.split("\n\n")[1:]
    assert in_force.startswith("1 exemption in force where deployed:\nuntil 2026-11-21  sqs-encrypted on ")
    assert expired.startswith("1 exemption expired:\nuntil 2026-11-20  sqs-encrypted on ")
    assert malformed.startswith("2 exemptions malformed:\n")
    assert "::vague: `until` is 'next summer': say a day as YYYY-MM-DD" in malformed
    assert "::bare: it must say rule, resource" in malformed


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"deployment": {"resources": [{}]}}'])
def test_the_listing_refuses_what_is_no_state(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "state.json"
    file.write_text(text)
    assert listing.main([str(file)], TODAY) == 2
    assert capsys.readouterr().err.startswith(f"error: {file} is no state: ")
