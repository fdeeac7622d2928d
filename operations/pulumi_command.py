"""Runs the Pulumi command line in a layer's project."""

import json
import shutil
import subprocess
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from operations.pack_settings import write_pack_settings
from operations.problem import OperationError
from operations.target import Target
from shared.checkout import PROJECTS
from shared.layers import LAYERS
from shared.references import NOT_DEPLOYED

POLICY_PACK = "../../policies"


@dataclass(frozen=True, slots=True)
class Stack:
    """A layer's stack; one of no resources was never deployed, or destroyed."""

    layer: str
    resources: int
    last_update: str | None

    @property
    def deployed(self) -> bool:
        return self.resources > 0


@dataclass(frozen=True, slots=True)
class PulumiCommand:
    """The command line for one environment."""

    target: Target

    def stacks(self) -> dict[str, Stack]:
        """The environment's existing stacks by layer, with one call for all projects."""
        listed = json.loads(self._captured("security", "stack", "ls", "--all", "--json"))
        found: dict[str, Stack] = {}
        for stack in listed:
            *_, project, environment = f"{LAYERS[0]}/{stack['name']}".split("/")
            if environment == self.target.environment and project in LAYERS:
                found[project] = Stack(project, stack.get("resourceCount") or 0, stack.get("lastUpdate"))
        return found

    def outputs(self, layer: str) -> Mapping[str, Any]:
        """Outputs of the layer's stack; secret ones are masked."""
        return json.loads(self._captured(layer, "stack", "output", "--json", *self._stack()))

    def create(self, layer: str) -> None:
        """Makes an empty stack for the layer."""
        self._captured(layer, "stack", "init", *self._stack())

    def export(self, layer: str) -> str:
        """The deployed state of the layer as JSON, its secrets encrypted."""
        return self._captured(layer, "stack", "export", *self._stack())

    def changes(self, layer: str, not_deployed: Iterable[str] = ()) -> str:
        """What an update of the layer would do, as JSON; nothing is printed, and no policy is asked."""
        environ = {NOT_DEPLOYED: " ".join(not_deployed)}
        return self._captured(layer, "preview", "--json", "--non-interactive", *self._stack(), environ=environ)

    def set_secret(self, layer: str, key: str, value: str) -> None:
        """Writes a secret into the stack's configuration; its value goes by standard input, not by the command line."""
        self._captured(layer, "config", "set", "--secret", key, *self._stack(), text=value)

    def secret(self, layer: str, key: str) -> str:
        """The value of a secret of the stack's configuration, in plain text."""
        return self._captured(layer, "config", "get", key, *self._stack()).rstrip("\n")

    def secrets(self, layer: str) -> Mapping[str, str]:
        """The secret values of the stack's configuration, in plain text, by their keys."""
        found = json.loads(self._captured(layer, "config", "--json", "--show-secrets", *self._stack()))
        return {key: said["value"] for key, said in found.items() if said.get("secret")}

    def configured(self, layer: str) -> Mapping[str, Any]:
        """The stack's configuration; secrets are masked."""
        return json.loads(self._captured(layer, "config", "--json", *self._stack()))

    def preview(self, layer: str, not_deployed: Iterable[str] = ()) -> bool:
        """Previews under the policy pack; outputs of upstream layers that are not deployed are predicted."""
        environ = {NOT_DEPLOYED: " ".join(not_deployed)}
        with self._under_pack() as options:
            return self._streamed(layer, "preview", *options, "--non-interactive", environ=environ)

    def up(self, layer: str) -> bool:
        """Deploys under the policy pack."""
        with self._under_pack() as options:
            return self._streamed(layer, "up", "--yes", "--skip-preview", *options, "--non-interactive")

    def destroy(self, layer: str) -> bool:
        """Destroys all that the layer's stack holds; the empty stack stays."""
        return self._streamed(layer, "destroy", "--yes", "--skip-preview", "--non-interactive")

    @contextmanager
    def _under_pack(self) -> Generator[tuple[str, ...]]:
        with TemporaryDirectory() as folder:
            file = write_pack_settings(self.target.settings, Path(folder))
            yield "--policy-pack", POLICY_PACK, "--policy-pack-config", str(file)

    def _stack(self) -> tuple[str, str]:
        return ("--stack", self.target.environment)

    def _streamed(self, layer: str, *arguments: str, environ: Mapping[str, str] | None = None) -> bool:
        """Runs to the end and says whether it went well; each line is printed as it comes, behind the layer's name."""
        command = [_executable(self.target), *arguments, *self._stack()]
        variables = {**self.target.environ, **(environ or {})}
        with subprocess.Popen(
            command,
            cwd=PROJECTS / layer,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            assert process.stdout is not None  # noqa: S101 - for the type checker: it is piped
            for line in process.stdout:
                if line.strip():
                    print(f"{layer:>9} | {line.rstrip()}", flush=True)
        return process.returncode == 0

    def _captured(self, layer: str, *arguments: str, text: str = "", environ: Mapping[str, str] | None = None) -> str:
        command = [_executable(self.target), *arguments]
        done = subprocess.run(
            command,
            cwd=PROJECTS / layer,
            env={**self.target.environ, **(environ or {})},
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip()
            raise OperationError(f"pulumi {' '.join(arguments[:2])} failed in projects/{layer}:\n{said}")
        return done.stdout


def _executable(target: Target) -> str:
    found = shutil.which("pulumi", path=target.environ["PATH"])
    if found is None:
        raise OperationError("there is no 'pulumi' on PATH; run ./justw, which brings one, or install it by hand")
    return found
