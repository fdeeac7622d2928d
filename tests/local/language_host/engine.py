"""The genuine Pulumi CLI over the language host, with projects, state and home in one folder."""

import json
import os
import subprocess
from pathlib import Path
from textwrap import dedent

from local.paths import PULUMI_BIN
from local.toolchain.launchers import LANGUAGE_HOST, write_launcher

RUNTIME = "runtime: {name: python, options: {toolchain: poetry}}\n"


class Engine:
    """Runs `pulumi` in projects under `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "state").mkdir()
        # On PATH before all others, so that it serves even where an official install has a host of its own.
        write_launcher(root / "bin" / "pulumi-language-python", LANGUAGE_HOST)
        self._environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(root / "bin"), str(PULUMI_BIN), os.environ["PATH"]]),
            "PULUMI_HOME": str(root / "home"),
            "PULUMI_BACKEND_URL": f"file://{root / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }

    def project(self, name: str, program: str) -> Path:
        """A project with a stack `dev`."""
        folder = self.root / name
        folder.mkdir()
        (folder / "Pulumi.yaml").write_text(f"name: {name}\n{RUNTIME}")
        (folder / "__main__.py").write_text(dedent(program))
        self.run(folder, "stack", "init", "dev")
        return folder

    def policy_pack(self, program: str) -> Path:
        folder = self.root / "pack"
        folder.mkdir()
        (folder / "PulumiPolicy.yaml").write_text(f"version: 0.0.1\n{RUNTIME}")
        (folder / "__main__.py").write_text(dedent(program))
        return folder

    def start(self, folder: Path, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["pulumi", "--non-interactive", "--color=never", *arguments],  # noqa: S607 - the one on PATH is meant
            cwd=folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, folder: Path, *arguments: str) -> str:
        """What the command printed; AssertionError where it failed."""
        process = self.start(folder, *arguments)
        told, _ = process.communicate(timeout=120)
        assert process.returncode == 0, told
        return told

    def failure(self, folder: Path, *arguments: str) -> str:
        """What the command printed; AssertionError where it did not fail."""
        process = self.start(folder, *arguments)
        told, _ = process.communicate(timeout=120)
        assert process.returncode != 0, told
        return told

    def outputs(self, folder: Path, *, secrets: bool = False) -> dict[str, object]:
        return json.loads(self.run(folder, "stack", "output", "--json", *(["--show-secrets"] if secrets else [])))

    def processes(self) -> list[str]:
        """Command lines that still name the root."""
        listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)  # noqa: S607
        return [line for line in listed.stdout.splitlines() if str(self.root) in line]
