"""Policy packs through the genuine CLI."""

from pathlib import Path

import pytest

from tests.local.language_host.engine import Engine

PROGRAM = """
    import pulumi
    pulumi.ComponentResource("test:index:Box", "box", props={"colour": pulumi.Config().get("colour") or "red"})
"""

NO_RED = """
    from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

    def no_red(args, report):
        if args.resource_type == "test:index:Box":
            report("a red box")

    rule = ResourceValidationPolicy("no-red", "Boxes are not red.", no_red, EnforcementLevel.MANDATORY)
    PolicyPack("colours", [rule])
"""


@pytest.fixture
def box(engine: Engine) -> Path:
    return engine.project("box", PROGRAM)


@pytest.mark.requirement("RP-3")
@pytest.mark.parametrize("command", [("preview",), ("up", "--yes", "--skip-preview")])
def test_a_mandatory_finding_stops_the_command(engine: Engine, box: Path, command: tuple[str, ...]) -> None:
    told = engine.failure(box, *command, "--policy-pack", str(engine.policy_pack(NO_RED)))
    assert "[mandatory]  no-red" in told
    assert "a red box" in told


def test_a_pack_that_finds_nothing_lets_it_pass(engine: Engine, box: Path) -> None:
    pack = engine.policy_pack(NO_RED.replace("test:index:Box", "test:index:Bag"))
    assert "2 created" in engine.run(box, "up", "--yes", "--skip-preview", "--policy-pack", str(pack))


def test_a_pack_that_fails_is_told_with_its_traceback(engine: Engine, box: Path) -> None:
    told = engine.failure(box, "preview", "--policy-pack", str(engine.policy_pack("raise ValueError('a bad pack')")))
    assert "ValueError: a bad pack" in told


def test_a_pack_s_process_ends_with_the_command(engine: Engine, box: Path) -> None:
    engine.failure(box, "preview", "--policy-pack", str(engine.policy_pack(NO_RED)))
    assert engine.processes() == []
