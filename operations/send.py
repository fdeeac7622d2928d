"""`send`: posts each line of a file to a system and shows the answers."""

from pathlib import Path

from operations.display import show_table
from operations.problem import OperationError, choose
from operations.pulumi_command import PulumiCommand
from operations.webhooks import read_samples, sender_of


def send(pulumi: PulumiCommand, system: str, file: Path) -> None:
    """Signs and posts each line; OperationError where a line was answered otherwise than it expects."""
    pulumi.target.refuse_production("what the file says would be taken for real; send it to another environment")
    systems = {known.name: known for known in pulumi.target.systems}
    choose("system", system, tuple(systems))
    samples = read_samples(file)
    sender = sender_of(pulumi, systems[system])
    rows: list[tuple[str, ...]] = []
    wrong = 0
    for number, sample in enumerate(samples, start=1):
        answer = sender.post(sample)
        unexpected = sample.expect not in (None, answer.status)
        wrong += unexpected
        status = f"{answer.status}, expected {sample.expect}" if unexpected else str(answer.status)
        rows.append((str(number), status, f"{answer.seconds * 1000:.0f} ms", answer.body))
    show_table(f"answers of {system} in '{pulumi.target.environment}'", ("line", "status", "took", "answer"), rows)
    if wrong:
        raise OperationError(f"{wrong} of {len(samples)} lines were answered otherwise than they expect")
