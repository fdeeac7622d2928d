"""The page on the vocabulary."""

from operations.vocabulary import FILE, document
from shared.model import Access, use


def test_the_page_in_docs_is_what_the_vocabulary_says_today() -> None:
    assert FILE.read_text() == document() + "\n", "docs/vocabulary.md is stale: just docs"


def test_every_word_for_a_use_stands_there_with_what_it_grants() -> None:
    # What triggers and failures need is granted without a word of its own.
    words = {access.value.replace(" ", "_") for access in Access} - {"reads_stream", "receives"}
    assert {name for name in words if f"| `{name}(" in document()} == words
    assert all(callable(getattr(use, word)) for word in words)
    assert "| `sends(queue)` | Sends messages to a queue. | `sqs:SendMessage` |" in document()
    assert "`<NAME>_BUS`" in document()
