"""Gap: an expression is parsed once for all items."""

from tests.local.emulator.interpreter import run

_COUNT = """
from local.emulator.gaps.queries import expressions
from local.emulator.ministack import load
service, parsed = load("services.dynamodb"), []
for name in ("_tokenize", "_condition_syntax_error"):
    def counted(*arguments, name=name, original=getattr(service, name)):
        parsed.append(name)
        return original(*arguments)
    setattr(service, name, counted)
"""
_EVALUATE = """
items = [{"n": {"N": str(number)}} for number in range(100)]
def matching(condition):
    return sum(service._evaluate_condition(condition, item, {":n": {"N": "10"}}, {}) for item in items)
print(matching("n < :n"), matching("n >= :n"), len(parsed))
"""


def test_each_expression_is_parsed_once_and_means_what_it_did() -> None:
    assert run(_COUNT + _EVALUATE) == "10 90 400"
    assert run(_COUNT + "expressions.close(None)\n" + _EVALUATE) == "10 90 4"


def test_who_changes_the_tokens_changes_them_for_nobody_else() -> None:
    said = run(
        _COUNT + "expressions.close(None)\n"
        "service._tokenize('a = :a').clear()\n"
        "print(len(service._tokenize('a = :a')), len(parsed))\n"
    )
    assert said == "4 1"
