"""Starting, finding, stopping and emptying."""

import contextlib
import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from local.emulator import EmulatorError, Endpoint, reset, running, start, stop
from local.emulator.state_folder import StateFolder
from tests.local.emulator.cloud import Cloud, eventually


def _lives(pid: int) -> bool:
    """Whether the process runs; a dead one that its parent has yet to collect does not."""
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _group(pid: int) -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _in_group(entry, pid)]


def _in_group(entry: Path, group: int) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return int((entry / "stat").read_text().rpartition(")")[2].split()[2]) == group
    return False


def test_a_second_start_finds_the_running_emulator(state: Path, endpoint: Endpoint) -> None:
    assert start(state) == endpoint == running(state)


def test_it_listens_on_loopback_only(endpoint: Endpoint) -> None:
    bound = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    here = [address for address in bound if address.endswith(f":{endpoint.port:04X}")]
    assert here
    assert all(address.startswith("0100007F") for address in here)


def test_concurrent_starts_give_one_emulator(state: Path) -> None:
    found: list[Endpoint] = []
    threads = [threading.Thread(target=lambda: found.append(start(state))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_emulators_with_other_state_run_side_by_side(state: Path, endpoint: Endpoint) -> None:
    other = state.with_name("other")
    try:
        assert start(other).port != endpoint.port
    finally:
        stop(other)


def test_stop_is_quick_and_leaves_no_process(state: Path, endpoint: Endpoint) -> None:
    cloud = Cloud(endpoint)
    cloud.invoke(cloud.function("def handler(event, context): return 1"))
    assert len(_group(endpoint.pid)) == 2
    began = time.monotonic()
    assert stop(state)
    assert time.monotonic() - began < 2
    assert eventually(lambda: not any(map(_lives, _group(endpoint.pid))), 1)
    assert running(state) is None


def test_stop_ends_a_handler_that_is_at_work(state: Path, endpoint: Endpoint) -> None:
    cloud = Cloud(endpoint)
    sleeper = cloud.function("import time\ndef handler(event, context): time.sleep(60)", Timeout=90)
    cloud.client("lambda").invoke(FunctionName=sleeper, InvocationType="Event")
    assert eventually(lambda: len(_group(endpoint.pid)) == 2)
    began = time.monotonic()
    stop(state)
    assert time.monotonic() - began < 4
    assert eventually(lambda: not any(map(_lives, _group(endpoint.pid))), 1)


def test_a_bare_sigterm_ends_a_handler_that_is_at_work(endpoint: Endpoint) -> None:
    cloud = Cloud(endpoint)
    sleeper = cloud.function("import time\ndef handler(event, context): time.sleep(60)", Timeout=90)
    cloud.client("lambda").invoke(FunctionName=sleeper, InvocationType="Event")
    assert eventually(lambda: len(_group(endpoint.pid)) == 2)
    os.kill(endpoint.pid, signal.SIGTERM)
    assert eventually(lambda: not any(map(_lives, _group(endpoint.pid))), 5)


def test_handlers_end_when_the_emulator_is_killed(endpoint: Endpoint) -> None:
    cloud = Cloud(endpoint)
    cloud.invoke(cloud.function("def handler(event, context): return 1"))
    os.kill(endpoint.pid, signal.SIGKILL)
    assert eventually(lambda: not any(map(_lives, _group(endpoint.pid))), 3)


def test_the_port_is_kept_from_run_to_run(state: Path, endpoint: Endpoint) -> None:
    stop(state)
    assert start(state).port == endpoint.port


def test_a_pid_of_another_process_is_not_taken_for_the_emulator(state: Path, endpoint: Endpoint) -> None:
    stop(state)
    StateFolder(state).server_lock.write_text(f'{{"pid": {os.getpid()}, "port": {endpoint.port}}}')
    assert running(state) is None
    assert not stop(state)


def test_a_taken_port_is_an_error_when_queue_urls_hold_it(state: Path, endpoint: Endpoint) -> None:
    Cloud(endpoint).queue()
    stop(state)
    with socket.create_server(("127.0.0.1", endpoint.port)), pytest.raises(EmulatorError) as problem:
        start(state)
    assert f"Port {endpoint.port} is taken by another process" in str(problem.value)
    assert "reset" in str(problem.value)


def test_a_taken_port_is_replaced_when_nothing_holds_it(state: Path, endpoint: Endpoint) -> None:
    reset(state)
    stop(state)
    with socket.create_server(("127.0.0.1", endpoint.port)):
        assert start(state).port != endpoint.port


def test_a_failing_start_shows_the_end_of_the_log(state: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'the interpreter is broken' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr("local.emulator.lifecycle.EMULATOR_PYTHON", broken)
    with pytest.raises(EmulatorError, match="the interpreter is broken"):
        start(state)


def test_reset_empties_and_keeps_running_on_its_port(state: Path, endpoint: Endpoint) -> None:
    cloud = Cloud(endpoint)
    cloud.queue()
    reset(state)
    assert running(state)
    assert running(state).port == endpoint.port  # type: ignore[union-attr] - asserted above
    assert not cloud.client("sqs").list_queues().get("QueueUrls")


def test_an_unsigned_or_unknown_caller_is_refused(endpoint: Endpoint) -> None:
    stranger = Cloud(endpoint)
    sqs = stranger.client("sqs")
    sqs._request_signer._credentials.access_key = "AKIASTRANGER"
    with pytest.raises(sqs.exceptions.ClientError, match=r"InvalidClientTokenId|UnrecognizedClient|security token"):
        sqs.list_queues()


def test_an_account_has_the_concurrency_that_aws_gives_it_whatever_the_machine_has(cloud: Cloud) -> None:
    assert cloud.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"] == 1_000
