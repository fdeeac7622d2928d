"""One line for each row of the requirements that is about the environment."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from operations.requirement_table import requirement_rows
from operations.validation.finding import Finding, Verdict

ALL = "All systems (ALL)"
REPOSITORY = "The repository (RP)"

# Rows that no describe call can show: what shows them instead.
ELSEWHERE: Mapping[str, str] = {
    "ALL-14": "behaviour: `just integration`",
    "ALL-15": "behaviour: `just integration`",
    "PA-9": "behaviour: `just integration`",
    "PE-9": "behaviour: `just integration`",
    "CA-4": "behaviour: `just integration`",
    "CA-7": "behaviour: `just integration`",
    "TX-8": "behaviour: `just integration`",
    "TX-11": "files of the repository",
    "RP-1": "the repository's own tests",
    "RP-2": "files of the repository",
    "RP-3": "the repository's own tests",
    "RP-5": "`just doctor`",
    "RP-6": "files of the repository",
    "RP-7": "files of the repository",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A requirement's row, and all that was found of it."""

    id: str
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of what was found; a row of which nothing was found is not shown."""
        found = {finding.verdict for finding in self.findings}
        if Verdict.NOT_MET in found:
            return Verdict.NOT_MET
        return Verdict.NOT_SHOWN if Verdict.NOT_SHOWN in found or not found else Verdict.MET

    @property
    def line(self) -> str:
        """The id, the verdict, and what was found, each value once with the number of places."""
        return f"{self.id:<7} {self.verdict:<9} {self._found()}"

    def _found(self) -> str:
        if not self.findings:
            return f"by describe calls; see {ELSEWHERE.get(self.id, 'its tests in docs/requirements.md')}"
        said = Counter(f"{finding.property}: {finding.found}" for finding in self.findings)
        return "; ".join(f"{text} ({count} times)" if count > 1 else text for text, count in said.items())


def rows(findings: Iterable[Finding], systems: Iterable[str]) -> Iterator[Row]:
    """Rows of all systems, of these systems, and of the repository, in their order."""
    of: dict[str, list[Finding]] = {}
    for finding in findings:
        for id_ in finding.ids:
            of.setdefault(id_, []).append(finding)
    for section, ids in requirement_rows().items():
        if section in (ALL, REPOSITORY) or section.partition(" ")[0] in tuple(systems):
            yield from (Row(id_, tuple(of.get(id_, ()))) for id_ in ids)
