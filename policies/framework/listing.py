"""`python -m policies.framework.listing [STATE ...]`: the rules, and the exemptions in deployed states.

A state is what `pulumi stack export` writes. Ends with status 2 where a file is none.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from policies.framework.catalogue import PACK, catalogue_lines
from policies.framework.exemptions import TYPE, ExemptionError, exemption
from policies.framework.operation import today_in_utc
from policies.framework.pack import find_rules

# Only the first kind covers anything.
KINDS: Final = ("in force where deployed", "expired", "malformed")
IN_FORCE, EXPIRED, MALFORMED = KINDS


def exemptions_in(state: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """Each exemption's kind and text: what it tolerates, until when, why, and by which component; or what is wrong."""
    for resource in state["deployment"].get("resources") or []:
        if resource["type"] != TYPE:
            continue
        try:
            one = exemption(resource.get("inputs", {}))
        except ExemptionError as error:
            yield MALFORMED, f"{resource['urn']}: {error}"
            continue
        what = f"{one.rule} on {one.resource}: {one.finding}"
        text = f"until {one.until}  {what}\n    {one.reason} ({resource['urn']})"
        yield EXPIRED if one.until < today else IN_FORCE, text


def main(states: Iterable[str], today: date) -> int:
    """Print both; the arguments are the states' files."""
    found: list[tuple[str, str]] = []
    for file in states:
        try:
            found += exemptions_in(json.loads(Path(file).read_text()), today)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            print(f"error: {file} is no state: {type(error).__name__}; pulumi stack export writes one", file=sys.stderr)
            return 2
    rules = list(catalogue_lines(find_rules(PACK)))
    print(f"{len(rules)} rules, all mandatory:", *rules, sep="\n")
    for kind in KINDS:
        texts = [text for each, text in found if each == kind]
        if texts or kind == IN_FORCE:
            print(f"\n{len(texts) or 'No'} exemption{'' if len(texts) == 1 else 's'} {kind}:", *texts, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], today_in_utc()))
