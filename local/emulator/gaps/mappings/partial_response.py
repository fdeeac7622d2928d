"""Which items of a batch failed, by the function's result."""

from typing import Any


def failures(mapping: dict[str, Any], result: dict[str, Any], identifiers: list[str]) -> set[str]:
    """The identifiers of the failed items of a batch.

    All of them after an error, and for a partial response with an identifier that is missing, empty or not of the
    batch; none where the mapping does not ask for partial responses or the function reports none.
    """
    everything = set(identifiers)
    if result.get("error"):
        return everything
    answer = result.get("body")
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []) or not isinstance(answer, dict):
        return set()
    listed = answer.get("batchItemFailures") or []
    if not isinstance(listed, list):
        return everything
    found: set[str] = {item.get("itemIdentifier", "") if isinstance(item, dict) else "" for item in listed}
    return found if found <= everything else everything
