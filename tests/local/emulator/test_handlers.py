"""Gap: handlers run in a clean interpreter and environment, as in Lambda."""

import json
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.local.emulator.cloud import Cloud, eventually, package

SEEN_ENVIRONMENT = "import os\ndef handler(event, context): return dict(os.environ)"
SLOW = "import os, time\ndef handler(event, context): time.sleep(event); return os.environ.get('SAYS')"
IMPORTS_FOREIGN = "import hypercorn\ndef handler(event, context): return 1"
# What the Lambda documentation lists under "Defined runtime environment variables", as far as Python 3.11 has them.
DEFINED = {
    "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_REGION", "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN", "AWS_XRAY_CONTEXT_MISSING", "AWS_XRAY_DAEMON_ADDRESS", "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT", "LANG", "PATH", "TZ", "_HANDLER",
}  # fmt: skip
# What this emulator adds: where it answers, and a home without an AWS profile.
ADDED = {"AWS_ENDPOINT_URL", "HOME"}


def _result(cloud: Cloud, code: str, event: Any = None, **settings: Any) -> Any:
    return cloud.invoke(cloud.function(code, **settings), event)[0]


def test_a_dependency_that_the_bundle_lacks_is_an_import_error(cloud: Cloud, plain_cloud: Cloud) -> None:
    assert _result(plain_cloud, IMPORTS_FOREIGN) == 1
    error = _result(cloud, IMPORTS_FOREIGN)
    assert error["errorType"] == "Runtime.ImportModuleError"
    assert error["errorMessage"] == "Unable to import module 'index': No module named 'hypercorn'"


def test_the_environment_is_lambdas_and_the_functions_own_only(cloud: Cloud, plain_cloud: Cloud) -> None:
    own = {"Variables": {"TABLE": "events"}}
    assert set(_result(cloud, SEEN_ENVIRONMENT, Environment=own)) == DEFINED | ADDED | {"TABLE"}
    assert "STATE_DIR" in _result(plain_cloud, SEEN_ENVIRONMENT, Environment=own)


def test_a_function_cannot_set_a_reserved_variable_but_can_set_its_endpoint(cloud: Cloud) -> None:
    own = {"Variables": {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}}
    seen = _result(cloud, SEEN_ENVIRONMENT, Environment=own, MemorySize=256)
    assert seen["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert seen["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"


def test_the_runtime_has_boto3_and_acts_as_the_functions_role(cloud: Cloud) -> None:
    code = "import boto3\ndef handler(*_): return boto3.client('sts').get_caller_identity()['Arn']"
    role = cloud.role()
    arn = _result(cloud, code, role=role, Timeout=20)
    assert f":assumed-role/{role.rpartition('/')[2]}/" in arn


def test_the_working_directory_is_the_package_and_nothing_else_is_importable(cloud: Cloud) -> None:
    code = "import os, sys\ndef handler(*_): return [os.environ['LAMBDA_TASK_ROOT'], os.getcwd(), sys.path]"
    root, working, path = _result(cloud, code)
    assert root == working == path[0]
    assert all(entry == root or "runtime" in entry or "python" in entry.rpartition("/lib/")[2] for entry in path)


def test_lines_of_stdout_stderr_and_the_root_logger_reach_the_log_group(cloud: Cloud) -> None:
    function = cloud.function(
        "import logging, sys\n"
        "logging.getLogger().setLevel('INFO')\n"
        "def handler(event, context):\n"
        "    print('to stdout')\n    print('to stderr', file=sys.stderr)\n    logging.info('to the logger')\n"
    )
    cloud.invoke(function)
    lines = cloud.log(function)
    assert {"to stdout", "to stderr"} < set(lines)
    assert any(line.startswith("[INFO]\t") and line.endswith("\tto the logger") for line in lines)


def test_an_exception_has_lambdas_shape_and_keeps_the_process(cloud: Cloud, plain_cloud: Cloud) -> None:
    code = "import os\ndef handler(event, context):\n    if event: raise KeyError('amount')\n    return os.getpid()"
    function = cloud.function(code)
    first, _ = cloud.invoke(function)
    error, kind = cloud.invoke(function, {"fail": True})
    assert kind == "Unhandled"
    assert (error["errorType"], error["errorMessage"]) == ("KeyError", "'amount'")
    assert "index.py" in error["stackTrace"][0]
    assert cloud.invoke(function)[0] == first
    assert _result(plain_cloud, code, {"fail": True})["errorType"] != "KeyError"


@pytest.mark.parametrize(
    ("code", "settings", "kind"),
    [
        ("def other(event, context): pass", {}, "Runtime.HandlerNotFound"),
        ("def handler(event, context: pass", {}, "Runtime.UserCodeSyntaxError"),
        ("raise ValueError('no table')", {}, "ValueError"),
        ("def handler(event, context): return object()", {}, "Runtime.MarshalError"),
        ("import os\ndef handler(event, context): os._exit(3)", {}, "Runtime.ExitError"),
        ("import time\ndef handler(event, context): time.sleep(9)", {"Timeout": 1}, "Sandbox.Timedout"),
    ],
)
def test_what_goes_wrong_is_named_as_lambda_names_it(cloud: Cloud, code: str, settings: Any, kind: str) -> None:
    function = cloud.function(code, **settings)
    error, reported = cloud.invoke(function)
    assert reported == "Unhandled"
    assert error["errorType"] == kind
    assert any("ERROR" in line or "Error" in line for line in cloud.log(function))


def test_a_timeout_ends_the_handler_and_the_next_invocation_works(cloud: Cloud) -> None:
    function = cloud.function("import time\ndef handler(event, context): time.sleep(event); return 'woke'", Timeout=1)
    began = time.monotonic()
    error, _ = cloud.invoke(function, 30)
    assert time.monotonic() - began < 3
    assert "Task timed out after 1.00 seconds" in error["errorMessage"]
    assert cloud.invoke(function, 0) == ("woke", None)


def test_the_context_has_lambdas_attributes(cloud: Cloud) -> None:
    code = (
        "def handler(event, c): return [c.function_name, c.memory_limit_in_mb, c.invoked_function_arn,"
        " c.log_group_name, c.get_remaining_time_in_millis(), len(c.aws_request_id)]"
    )
    function = cloud.function(code, Timeout=7, MemorySize=256)
    name, memory, arn, group, remaining, id_length = cloud.invoke(function)[0]
    assert (name, memory, group, id_length) == (function, "256", f"/aws/lambda/{function}", 36)
    assert arn.endswith(f":function:{function}")
    assert 6000 < remaining <= 7000


def test_reserved_concurrency_throttles_and_a_function_that_prints_much_does_not_block(cloud: Cloud) -> None:
    function = cloud.function("def handler(event, context): print('x' * 100_000); return 'done'")
    assert cloud.invoke(function) == ("done", None)
    cloud.client("lambda").put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    throttled = cloud.client("lambda").exceptions.TooManyRequestsException
    with pytest.raises(throttled):
        cloud.invoke(function)


def test_new_code_replaces_the_old_and_large_payloads_pass(cloud: Cloud) -> None:
    function = cloud.function("def handler(event, context): return len(event)")
    assert cloud.invoke(function, "x" * 1_000_000) == (1_000_000, None)
    cloud.client("lambda").update_function_code(FunctionName=function, ZipFile=package("def handler(*_): return 'new'"))
    cloud.client("lambda").get_waiter("function_updated_v2").wait(FunctionName=function)
    assert cloud.invoke(function) == ("new", None)


def test_traces_go_nowhere_and_the_trace_id_is_set(cloud: Cloud) -> None:
    code = (
        "import os, socket\ndef handler(event, context):\n"
        "    host, port = os.environ['AWS_XRAY_DAEMON_ADDRESS'].split(':')\n"
        "    sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n    sink.setblocking(False)\n"
        "    for _ in range(2000): sink.sendto(b'segment' * 100, (host, int(port)))\n"
        "    return os.environ['_X_AMZN_TRACE_ID']"
    )
    trace = _result(cloud, code, TracingConfig={"Mode": "Active"})
    assert trace.startswith("Root=1-")


def test_a_warm_invocation_has_no_floor_of_50_ms(cloud: Cloud, plain_cloud: Cloud) -> None:
    def typical_s(of: Cloud) -> float:
        function = of.function("def handler(event, context): return event")
        of.invoke(function)
        durations: list[float] = []
        for number in range(8):
            began = time.perf_counter()
            of.client("lambda").invoke(FunctionName=function, Payload=json.dumps(number))
            durations.append(time.perf_counter() - began)
        return statistics.median(durations)

    assert typical_s(cloud) < 0.04 < typical_s(plain_cloud)


def _changed(cloud: Cloud, name: str) -> None:
    variables = {"Variables": {"SAYS": "after"}}
    cloud.client("lambda").update_function_configuration(FunctionName=name, Environment=variables)


def _replaced(cloud: Cloud, name: str) -> None:
    cloud.client("lambda").update_function_code(FunctionName=name, ZipFile=package("def handler(*_): return 'after'"))


def _deleted(cloud: Cloud, name: str) -> None:
    cloud.client("lambda").delete_function(FunctionName=name)


@pytest.mark.parametrize("change", [_changed, _replaced, _deleted])
def test_an_invocation_that_runs_comes_to_its_end_whatever_becomes_of_its_function(
    cloud: Cloud, plain_cloud: Cloud, change: Callable[[Cloud, str], None]
) -> None:
    def answered(of: Cloud) -> tuple[Any, str | None]:
        name = of.function(SLOW, Timeout=20, Environment={"Variables": {"SAYS": "before"}})
        with ThreadPoolExecutor() as pool:
            answer = pool.submit(of.invoke, name, 3)
            time.sleep(1.5)
            change(of, name)
            return answer.result()

    assert answered(cloud) == ("before", None)
    assert answered(plain_cloud)[1] == "Unhandled"


@pytest.mark.parametrize("change", [_changed, _replaced])
def test_the_next_invocation_is_of_the_function_as_it_is_then(
    cloud: Cloud, change: Callable[[Cloud, str], None]
) -> None:
    name = cloud.function(SLOW, Timeout=20, Environment={"Variables": {"SAYS": "before"}})
    assert cloud.invoke(name, 0) == ("before", None)
    change(cloud, name)
    assert cloud.invoke(name, 0) == ("after", None)


def test_the_process_of_a_function_that_was_changed_ends_with_its_invocation(cloud: Cloud) -> None:
    name = cloud.function(f"{SLOW.replace('return', 'return os.getpid(),')}", Timeout=20)
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(cloud.invoke, name, 3)
        time.sleep(1.5)
        _changed(cloud, name)
        (pid, _), error = answer.result()
    assert error is None
    assert eventually(lambda: not Path(f"/proc/{pid}").exists(), 5)
