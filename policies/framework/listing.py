"""`python -m policies.framework.listing [STATE ...]`: the rules, and the exemptions in deployed states.

A state is what `pulumi stack export` writes.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from policies.framework.catalogue import PACK, catalogue_lines
from policies.framework.exemptions import TYPE, exemption
from policies.framework.pack import find_rules


def exemptions_in(state: Any) -> Iterator[str]:
    """Each exemption as text: what it tolerates, until when, why, and by which component."""
    for resource in state["deployment"].get("resources") or []:
        if resource["type"] == TYPE:
            one = exemption(resource["inputs"])
            what = f"{one.rule} on {one.resource}: {one.finding}"
            yield f"until {one.until}  {what}\n    {one.reason} ({resource['urn']})"


def main(states: Iterable[str]) -> None:
    """Print both; the arguments are the states' files."""
    rules = list(catalogue_lines(find_rules(PACK)))
    print(f"{len(rules)} rules, all mandatory:", *rules, sep="\n")
    found = [line for file in states for line in exemptions_in(json.loads(Path(file).read_text()))]
    print(
        f"\n{len(found) or 'No'} exemption{'' if len(found) == 1 else 's'} in force where they were deployed:",
        *found,
        sep="\n",
    )


if __name__ == "__main__":
    main(sys.argv[1:])
