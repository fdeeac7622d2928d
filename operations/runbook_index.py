"""`python -m operations.runbook_index`: writes docs/runbooks/README.md, which alarm leads to which runbook."""

import re
from collections.abc import Iterator
from pathlib import Path

from shared.alarms import alarms
from shared.checkout import CHECKOUT
from shared.naming import Naming
from shared.runbooks import FOLDER, Runbook
from shared.systems import known_systems, load_systems

FILE = CHECKOUT / FOLDER / "README.md"

HEAD = """# Runbooks

Generated from the descriptions and the runbooks by `just docs`; do not edit.

Each alarm names its runbook in its description; as deployed its name ends in the environment's suffix.
[Recovery](../recovery.md) says how `just dlq` and `just redrive` work.
"""

# The names do not depend on where they are.
NAMING = Naming("", "", "")
LINK = re.compile(r"\]\(([a-z-]+\.md)[)#]")


def document() -> str:
    """The page."""
    return "\n".join((HEAD, *_alarms(), *_causes(), ""))


def links(file: Path) -> set[str]:
    """Names of the runbooks that a runbook leads on to."""
    return set(LINK.findall(file.read_text()))


def _alarms() -> Iterator[str]:
    yield "| runbook | alarms |"
    yield "|---|---|"
    led: dict[Runbook, list[str]] = {runbook: [] for runbook in Runbook}
    for system in load_systems(known_systems()):
        for alarm in alarms(system, NAMING):
            led[alarm.runbook].append(f"`{alarm.name}`")
    for runbook, names in led.items():
        yield f"| {_linked(CHECKOUT / runbook.value)} | {', '.join(names)} |"


def _causes() -> Iterator[str]:
    """The runbooks of causes, to which those of alarms lead on."""
    yield ""
    yield "| cause | led to by |"
    yield "|---|---|"
    of_alarms = [CHECKOUT / runbook.value for runbook in Runbook]
    others = sorted(file for file in FILE.parent.glob("*.md") if file != FILE and file not in of_alarms)
    for cause in others:
        leading = [file for file in (*of_alarms, *others) if cause.name in links(file)]
        yield f"| {_linked(cause)} | {', '.join(_linked(file) for file in leading)} |"


def _linked(file: Path) -> str:
    title = file.read_text().splitlines()[0].removeprefix("# ")
    return f"[{title}]({file.name})"


if __name__ == "__main__":
    FILE.write_text(document())
    print(f"wrote {FILE.relative_to(CHECKOUT)}")
