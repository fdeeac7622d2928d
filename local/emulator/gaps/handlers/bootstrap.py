"""Runs in the handler's process, on the standard library alone: imports the handler, then serves invocations.

Started as a script with the descriptors of the requests and the answers as arguments.
"""

import decimal
import importlib
import json
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, TextIO

Request = dict[str, Any]
# Kind, message and stack of an error.
Problem = tuple[str, str, list[str]]
Handler = Callable[[Any, "Context"], Any]

END_OF_LOG = b"\0end of invocation\n"
# A process whose emulator was killed must not run on for ever.
GRACE_S = 5


class Context:
    """The context object of a Python handler."""

    identity = None
    client_context = None

    def __init__(self, request_id: str, arn: str, timeout_s: float) -> None:
        self.aws_request_id = request_id
        self.invoked_function_arn = arn
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self._deadline = time.time() + timeout_s

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's timeout."""
        return max(0, int((self._deadline - time.time()) * 1000))


class InvocationFilter(logging.Filter):
    """Gives every log record the id of the current request."""

    request_id = ""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with its id."""
        record.aws_request_id = self.request_id
        return True


def error_document(kind: str, message: str, stack: list[str], request_id: str) -> dict[str, Any]:
    """The error as an invoker gets it."""
    return {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": stack}


def number(value: object) -> object:
    """Decimals are numbers in a handler's result; anything else unknown is an error."""
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def load_handler(spec: str) -> tuple[Handler | None, Problem]:
    """The handler, or None and why it is missing."""
    module_name, dot, name = spec.replace("/", ".").rpartition(".")
    if not dot:
        return None, ("Runtime.MalformedHandlerName", f"Bad handler '{spec}': not enough values to unpack", [])
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        return None, ("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}", [])
    except SyntaxError as error:
        return None, ("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", [])
    except Exception as error:  # noqa: BLE001 - whatever the function's module raises is an error of its initialisation
        return None, (type(error).__name__, str(error), traceback.format_tb(error.__traceback__)[1:])
    if not hasattr(module, name):
        return None, ("Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module_name}'", [])
    return getattr(module, name), ("", "", [])


def invoke(handler: Handler, request: Request) -> tuple[str, bool]:
    """The result as JSON and whether it is an error document."""
    context = Context(request["request_id"], request["arn"], request["timeout_s"])
    try:
        result = handler(request["event"], context)
    except Exception as error:  # noqa: BLE001 - the runtime reports every exception of a handler
        return failure((type(error).__name__, str(error), traceback.format_tb(error.__traceback__)[1:]), request)
    try:
        return json.dumps(result, default=number, ensure_ascii=False), False
    except (TypeError, ValueError) as error:
        return failure(("Runtime.MarshalError", f"Unable to marshal response: {error}", []), request)


def failure(error: Problem, request: Request) -> tuple[str, bool]:
    """Report `error` as Lambda's log shows it, and as the invoker gets it."""
    kind, message, stack = error
    print(f"[ERROR] {kind}: {message}" + ("\nTraceback (most recent call last):\n" + "".join(stack) if stack else ""))
    return json.dumps(error_document(kind, message, stack, request["request_id"]), ensure_ascii=False), True


def log_like_lambda() -> InvocationFilter:
    """The root logger's handler in Lambda's format; its level stays WARNING, as there."""
    current = InvocationFilter()
    output = logging.StreamHandler(sys.stdout)
    form = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
    output.setFormatter(logging.Formatter(form, "%Y-%m-%dT%H:%M:%S"))
    logging.Formatter.converter = time.gmtime
    output.addFilter(current)
    logging.getLogger().addHandler(output)
    return current


def serve(requests: TextIO, answers: TextIO) -> None:
    """Initialise, say so, and answer requests until the emulator closes its end."""
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    # The interpreter's own answer to a machine without Lambda's locale.
    if os.environ.get("LC_CTYPE") == "C.UTF-8":
        del os.environ["LC_CTYPE"]
    current = log_like_lambda()
    handler, problem = load_handler(os.environ["_HANDLER"])
    answers.write("{}\n")
    answers.flush()
    for line in requests:
        request = json.loads(line)
        current.request_id = request["request_id"]
        os.environ.pop("_X_AMZN_TRACE_ID", None)
        if request["trace_id"]:
            os.environ["_X_AMZN_TRACE_ID"] = request["trace_id"]
        signal.setitimer(signal.ITIMER_REAL, request["timeout_s"] + GRACE_S)
        payload, failed = invoke(handler, request) if handler else failure(problem, request)
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(1, END_OF_LOG)
        answers.write(
            f'{{"failed": {json.dumps(failed)}, "fatal": {json.dumps(handler is None)}, "payload": {payload}}}\n'
        )
        answers.flush()


if __name__ == "__main__":
    with os.fdopen(int(sys.argv[1])) as requests_pipe, os.fdopen(int(sys.argv[2]), "w") as answers_pipe:
        serve(requests_pipe, answers_pipe)
