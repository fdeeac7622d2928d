"""One emulator and one deployed environment for all tests here, in a copy of the checkout."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import emulator
from tests.end_to_end.checkout import Checkout
from tests.end_to_end.deployed import Deployed, connect
from tests.end_to_end.environment import Done, Environment
from tests.measurements import Measure


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where all is done; in the end nothing may be left of it, neither a file nor a process."""
    # Who ends the tests early, with a time limit for example, is left with nothing either.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    made = tmp_path_factory.mktemp("end-to-end")
    yield made
    emulator.stop(made / "state" / "emulator")
    left = [line for line in _processes() if str(made) in line]
    shutil.rmtree(made)
    assert not left, f"processes were left behind: {left}"


@pytest.fixture(scope="session")
def checkout(folder: Path) -> Checkout:
    return Checkout(folder / "checkout")


@pytest.fixture(scope="session")
def environment(checkout: Checkout, folder: Path) -> Environment:
    return Environment(checkout, folder / "state", "local-first")


@pytest.fixture(scope="session")
def first_deployment(environment: Environment, measure: Measure) -> Done:
    done = environment.recipe("deploy-all", environment.name).succeeded()
    measure("deploy-all of an environment never deployed", done.seconds)
    return done


@pytest.fixture(scope="session")
def deployed(environment: Environment, first_deployment: Done) -> Deployed:
    """The environment that most tests share; whoever breaks it repairs it."""
    assert first_deployment.status == 0
    connected = connect(environment)
    # Cold starts are not what the tests measure.
    connected.passes_a_webhook()
    return connected


def _processes() -> list[str]:
    listed = subprocess.run(["ps", "-Awwo", "pid=,args="], capture_output=True, text=True, check=True)  # noqa: S607 - POSIX
    return listed.stdout.splitlines()
