"""Secrets in functions' environments: as ciphertext, under the key and for the place that they are meant for."""

from collections.abc import Iterator

from operations.validation.deployed import Deployed
from operations.validation.examination import Examined, elements, examine_each, shows
from operations.validation.finding import Fact, Finding, equals, holds
from shared.contract import noun
from shared.model import Ciphertext


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on every ciphertext."""
    ciphertexts = elements(
        deployed, lambda system: system.ciphertexts, lambda _, one: deployed.naming.suffixed(one.name)
    )
    return examine_each(ciphertexts, (_carried,))


@shows("ALL-13")
def _carried(ciphertext: Examined[Ciphertext]) -> Iterator[Fact]:
    deployed, element = ciphertext.deployed, ciphertext.element
    blob = deployed.output(element, "blob")
    yield holds("form", blob.isascii() and bool(blob), "ciphertext" if blob else None, "ciphertext")
    for function in ciphertext.system.functions:
        if element in (use.target for use in function.uses):
            name = deployed.naming.name(function)
            found = ciphertext.ask("lambda", "get_function_configuration", FunctionName=name)
            variables = found.get("Environment", {}).get("Variables", {})
            same = variables.get(noun(element).upper()) == blob
            yield equals(f"variable of {name}", "the ciphertext" if same else "something else", "the ciphertext")
