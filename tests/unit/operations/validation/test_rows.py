"""Each row of the requirements is shown in one line."""

from operations.requirement_table import requirement_rows
from operations.validation import validate
from operations.validation.examination import Aspect
from operations.validation.finding import Finding, Verdict
from operations.validation.rows import ALL, ELSEWHERE, REPOSITORY, Row, rows
from operations.validation.systems import examination_of
from shared.systems import known_systems, load_systems


def finding(found: str, verdict: Verdict = Verdict.MET, *ids: str) -> Finding:
    return Finding(ids or ("ALL-4",), "things-one", "billing mode", found, "PAY_PER_REQUEST", verdict)


def test_a_value_that_was_found_twice_is_said_once() -> None:
    row = Row("ALL-4", (finding("PAY_PER_REQUEST"), finding("PAY_PER_REQUEST")))
    assert row.line == "ALL-4   met       billing mode: PAY_PER_REQUEST (2 times)"


def test_the_worst_finding_decides() -> None:
    met, unseen, bad = finding("a"), finding("b", Verdict.NOT_SHOWN), finding("c", Verdict.NOT_MET)
    assert Row("ALL-4", (met,)).verdict is Verdict.MET
    assert Row("ALL-4", (met, unseen)).verdict is Verdict.NOT_SHOWN
    assert Row("ALL-4", (met, unseen, bad)).verdict is Verdict.NOT_MET


def test_a_row_of_which_nothing_was_found_is_not_shown() -> None:
    row = Row("TX-8", ())
    assert row.verdict is Verdict.NOT_SHOWN
    assert "just integration" in row.line


def test_rows_of_systems_that_the_environment_does_not_run_are_left_out() -> None:
    ids = {row.id.partition("-")[0] for row in rows([], ["transactions"])}
    assert ids == {"ALL", "TX", "RP"}


def test_every_row_of_a_deployed_system_is_examined_or_said_to_be_shown_elsewhere() -> None:
    examined = {
        id_
        for module in (*validate.EXAMINATIONS, *filter(None, map(examination_of, load_systems(known_systems()))))
        for aspect in vars(module).values()
        if isinstance(aspect, Aspect)
        for id_ in aspect.ids
    }
    there = (ALL, REPOSITORY, *known_systems())
    wanted = {id_ for section, ids in requirement_rows().items() if section.startswith(there) for id_ in ids}
    to_come = {id_ for section, ids in requirement_rows().items() if not section.startswith(there) for id_ in ids}
    assert (examined | set(ELSEWHERE)) - to_come == wanted
    assert examined & set(ELSEWHERE) == set()
