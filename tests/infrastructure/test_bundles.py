"""Functions start from what is deployed: their bundle, their variables, and what the runtime brings."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from shared.checkout import PROJECTS
from tests.infrastructure.engine import Environment
from tests.infrastructure.fake_aws import REGION

# The names under which what the Lambda runtime brings is imported.
BROUGHT = ("boto3", "botocore", "dateutil", "s3transfer", "six", "urllib3")


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    """Just what the Lambda runtime brings, and no package beside it."""
    folder = tmp_path / "runtime"
    folder.mkdir()
    for name in BROUGHT:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        found = origin.parent if origin.name == "__init__.py" else origin
        (folder / found.name).symlink_to(found)
    return folder


@pytest.mark.requirement("ALL-2", "TX-6")
def test_every_function_starts_from_its_bundle_with_its_variables(
    production: Environment, runtime: Path, tmp_path: Path
) -> None:
    for function in production.of("lambda/function:Function"):
        with ZipFile(PROJECTS / "compute" / function.inputs["code"].path) as archive:
            archive.extractall(tmp_path / "task")
        module = function.inputs["handler"].removesuffix(".handler")
        paths = [str(tmp_path / "task"), str(runtime)]
        program = f"import sys; sys.path[:0] = {paths}; from {module} import handler; print(callable(handler))"
        # Lambda sets both names of the region; boto3 reads the second.
        variables = {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, **function.inputs["environment"]["variables"]}
        command = [sys.executable, "-I", "-S", "-c", program]
        ran = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
        assert (ran.stdout, ran.stderr) == ("True\n", "")
