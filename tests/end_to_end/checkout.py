"""A copy of the checkout with its tools linked in, where tests write environments and plant faults."""

import os
import shutil
import subprocess
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from local.paths import CHECKOUT, PULUMI_BIN, TOOLCHAIN, VENV_PYTHON
from local.toolchain.launchers import is_launcher

# Run by the copy's own Python, so that every path in it is the copy's.
STAMP = """
from local.toolchain.preparation import make_provider
from local.toolchain.pulumi_cli import make_language_host
from local.toolchain.steps import plan
make_provider(None)
make_language_host()
for step in plan(tools=False):
    step.finish([])
"""


class Checkout:
    """A copy that is set up; its packages are imported from itself alone."""

    def __init__(self, root: Path) -> None:
        self.root = root
        _copy_sources(root)
        _link_project_environment(root / ".venv")
        for name in ("emulator", "runtime"):
            _link_entries(TOOLCHAIN / name, root / ".toolchain" / name)
        _link_cli(root / ".toolchain" / "pulumi" / "bin")
        # The wheels need not be installed again; what is built from changed sources stays in the copy.
        _link_entries(CHECKOUT / ".bundles", root / ".bundles")
        subprocess.run([self.python, "-c", STAMP], cwd=root, check=True)

    @property
    def python(self) -> Path:
        return self.root / ".venv" / "bin" / "python"

    @contextmanager
    def changed(self, path: str, old: str, new: str) -> Generator[None]:
        """The one occurrence of a text in a file is another text for a while."""
        file = self.root / path
        text = file.read_text()
        assert text.count(old) == 1, f"{path} holds {old!r} {text.count(old)} times"
        file.write_text(text.replace(old, new))
        try:
            yield
        finally:
            file.write_text(text)


def _copy_sources(root: Path) -> None:
    for name in _sources():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(CHECKOUT / name, target)


def _sources() -> Iterator[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - the developer's own git
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    return (name for name in listed.stdout.split("\0") if name and (CHECKOUT / name).is_file())


def _link_project_environment(target: Path) -> None:
    source = VENV_PYTHON.parent.parent
    (target / "bin").mkdir(parents=True)
    (target / "bin" / "python").symlink_to(VENV_PYTHON)
    shutil.copy2(source / "pyvenv.cfg", target / "pyvenv.cfg")
    for packages in source.glob("lib/python*/site-packages"):
        linked = target / packages.relative_to(source)
        _link_entries(packages, linked)
        for path in linked.glob("*.pth"):
            text = path.read_text()
            if text.strip() == str(CHECKOUT):
                path.unlink()
                path.write_text(text.replace(str(CHECKOUT), str(target.parent)))


def _link_entries(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for entry in source.iterdir() if source.is_dir() else ():
        if entry.name != ".ready":
            (target / entry.name).symlink_to(entry)


def _link_cli(target: Path) -> None:
    """The CLI as a file of the copy's own: it looks for its language host beside the file that it is."""
    target.mkdir(parents=True)
    for entry in PULUMI_BIN.iterdir():
        if entry.is_symlink():
            (target / entry.name).symlink_to(entry.resolve())
        elif not is_launcher(entry):
            _link_or_copy(entry, target / entry.name)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
