"""`validate` names every requirement that a deployed environment does not meet."""

import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

import pytest

from operations.privileges.mutant import Document, mutants
from operations.privileges.unenforced import why_not_enforced
from operations.requirement_table import requirement_rows
from operations.validation.rows import ELSEWHERE
from shared.grants import statements
from shared.key_use import key_uses
from shared.model import System
from shared.naming import Naming
from shared.policy_document import policy_json
from shared.systems import known_systems, load_systems
from tests.end_to_end.breakages import BREAKAGES
from tests.end_to_end.deployed import Deployed
from tests.end_to_end.environment import ACCOUNT, Done

KEY_ARN = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/any"
PASSES = "meets every row that describe calls can show"


@pytest.mark.requirement("RP-1")
def test_what_is_deployed_meets_every_row_that_can_be_shown(deployed: Deployed) -> None:
    said = deployed.environment.recipe("validate", deployed.environment.name).succeeded().said
    assert PASSES in said
    rows = [line.split()[0] for line in said.splitlines() if " met " in line]
    assert rows == [id_ for ids in requirement_rows().values() for id_ in ids if id_ not in ELSEWHERE]


@pytest.fixture
def validated(deployed: Deployed) -> Iterator[Done]:
    """What `validate` says while everything is broken that can be; afterwards all is as it was."""
    with ExitStack() as repairs:
        for breakage in BREAKAGES.values():
            breakage.do(deployed.environment)
            repairs.callback(breakage.undo, deployed.environment)
        yield deployed.environment.run("validate").refused()


@pytest.mark.requirement("RP-1")
def test_whatever_is_changed_behind_pulumis_back_is_named(deployed: Deployed, validated: Done) -> None:
    lines = validated.said.splitlines()
    unnoticed = [
        name
        for name, breakage in BREAKAGES.items()
        if not any(all(word in line for word in (f" {breakage.row} ", *breakage.words)) for line in lines)
    ]
    assert unnoticed == [], validated.said


def test_what_was_repaired_is_met_again(deployed: Deployed) -> None:
    assert PASSES in deployed.environment.run("validate").succeeded().said


@pytest.mark.requirement("RP-1")
def test_the_integration_tests_pass_against_this_environment(deployed: Deployed) -> None:
    environment = deployed.environment
    done = subprocess.run(
        [environment.checkout.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/integration"],
        cwd=environment.checkout.root,
        env={
            "PATH": os.environ["PATH"],
            "EVENT_SYSTEMS_STATE": str(environment.state),
            "INTEGRATION_ENVIRONMENT": environment.name,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.requirement("ALL-3")
def test_every_removed_grant_breaks_something_or_is_known_not_to_be_enforced_here(deployed: Deployed) -> None:
    said = deployed.environment.run("iam-mutants").succeeded().said
    removals = [mutant for document in _policies(load_systems(known_systems())) for mutant in mutants(document)]
    enforced = [removal for removal in removals if why_not_enforced(removal) is None]
    assert f"{len(enforced)} of {len(removals)} removals were enforced" in said
    assert "not tried:" not in said
    deployed.passes_a_webhook()


def _policies(systems: Iterable[System]) -> list[Document]:
    """What the roles of all functions must hold by the descriptions, in any account."""
    naming = Naming(suffix="any", region="us-east-1", account_id=ACCOUNT)
    documents = [
        said
        for system in systems
        for function in system.functions
        for said in (
            statements(naming, system, function),
            tuple(use.statement(naming, KEY_ARN) for use in key_uses(naming, "any", system, function)),
        )
    ]
    return [json.loads(policy_json(said)) for said in documents if said]
