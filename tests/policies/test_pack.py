"""The pack as a process, over gRPC as the engine speaks to it, and its start in this process."""

import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pulumi.runtime import proto
from pulumi_policy import policy as sdk
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from policies.framework import pack
from policies.framework.operation import Operation
from policies.framework.pack import find_rules
from tests.policies.cases.iam import ROLE_POLICY, role_policy
from tests.policies.plugin import PACK, Plugin, copy_pack, running

NAMES = [rule.name for rule in find_rules(PACK)]


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plugin]:
    """A copy of the pack alone under another name: what these tests prove holds for whoever copies the folder."""
    folder = tmp_path_factory.mktemp("elsewhere")
    copy = copy_pack(folder / "our-rules")
    module = copy / "framework" / "pack.py"
    module.write_text(module.read_text().replace('NAME = "event-systems"', 'NAME = "copied"'))
    with running(copy, folder) as process:
        yield process


RULE = "iam-no-wildcards"


def of_rule(diagnostics: list[proto.AnalyzeDiagnostic]) -> list[proto.AnalyzeDiagnostic]:
    """What one rule says; others have something to say of a resource without a name, too."""
    return [each for each in diagnostics if each.policyName == RULE]


def levels(diagnostics: list[proto.AnalyzeDiagnostic]) -> list[int]:
    return [each.enforcementLevel for each in of_rule(diagnostics)]


def test_a_copied_pack_serves_every_rule_as_mandatory(plugin: Plugin) -> None:
    served = plugin.information().policies
    assert [(each.name, each.enforcementLevel) for each in served] == [(name, proto.MANDATORY) for name in NAMES]
    assert all(each.severity and each.url for each in served)


def test_a_copied_pack_runs_its_own_files(plugin: Plugin) -> None:
    assert plugin.information().name == "copied"


def test_before_the_engine_says_preview_an_unknown_is_a_violation(plugin: Plugin) -> None:
    found = plugin.analyze(ROLE_POLICY, {"policy": UNKNOWN_STRING_VALUE})
    assert levels(found) == [proto.MANDATORY]


def test_an_unknown_is_advisory_in_a_preview_and_mandatory_in_the_update(plugin: Plugin) -> None:
    plugin.configure(preview=True)
    assert levels(plugin.analyze(ROLE_POLICY, {"policy": UNKNOWN_STRING_VALUE})) == [proto.ADVISORY]
    plugin.configure(preview=False)
    assert levels(plugin.analyze(ROLE_POLICY, {"policy": UNKNOWN_STRING_VALUE})) == [proto.MANDATORY]


def test_a_bad_policy_is_mandatory_in_a_preview_and_names_rule_and_resource(plugin: Plugin) -> None:
    plugin.configure(preview=True)
    bad = role_policy("sqs:*", "arn:aws:sqs:us-east-1:123456789012:orders-dev")
    (found,) = of_rule(plugin.analyze(ROLE_POLICY, bad))
    assert found.enforcementLevel == proto.MANDATORY
    assert "[iam-no-wildcards] it: statement 0 of `policy` allows action `sqs:*`" in found.message
    assert found.urn.endswith("::it")


def test_a_secret_document_is_read_and_a_good_one_passes(plugin: Plugin) -> None:
    good = role_policy("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:orders-dev")["policy"]
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": good}
    assert of_rule(plugin.analyze(ROLE_POLICY, {"policy": secret})) == []
    assert plugin.analyze("random:index/pet:Pet", {"prefix": UNKNOWN_STRING_VALUE}) == []


def test_the_mode_follows_what_the_engine_tells_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    servicer = SimpleNamespace(ConfigureStack=lambda *arguments: seen.append(arguments) or "answer")
    monkeypatch.setattr(sdk, "_PolicyAnalyzerServicer", servicer)
    operation = Operation()
    operation.follow_engine()
    request = SimpleNamespace(dry_run=True, stack="dev")
    assert servicer.ConfigureStack("analyzer", request, "context") == "answer"
    assert (operation.is_preview, operation.stack, seen) == (True, "dev", [("analyzer", request, "context")])


def test_starting_the_folder_serves_its_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Any] = []
    monkeypatch.setattr(pack, "PolicyPack", lambda **arguments: served.append(arguments))
    monkeypatch.setattr(sdk, "_PolicyAnalyzerServicer", SimpleNamespace(ConfigureStack=None))
    monkeypatch.setitem(sys.modules, "policies", sys.modules["policies"])
    runpy.run_path(str(PACK), run_name="__main__")
    assert [policy.name for policy in served[0]["policies"]] == NAMES


def test_half_a_pack_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.spec_from_file_location", lambda *_, **__: None)
    with pytest.raises(SystemExit, match="is not the whole policy pack"):
        runpy.run_path(str(PACK), run_name="__main__")


def test_the_pack_imports_nothing_of_this_checkout() -> None:
    others = ("shared", "services", "operations", "local", "projects", "tests")
    for file in Path(PACK).rglob("*.py"):
        words = [
            line.split()[1].split(".")[0]
            for line in file.read_text().splitlines()
            if line.startswith(("import ", "from "))
        ]
        assert not set(words) & set(others), file
