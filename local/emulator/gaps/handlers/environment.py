"""The environment of a handler's process: what Lambda sets, the function's own variables, and nothing else."""

import os
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load


def _unread_socket() -> socket.socket:
    """Trace segments go to a loopback port that nobody else can hold; unread, the kernel drops them."""
    sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sink.bind(("127.0.0.1", 0))
    return sink


@dataclass(frozen=True)
class FunctionEnvironment:
    """Makes the environment variables of one function's process."""

    settings: GapSettings
    traces: socket.socket = field(default_factory=_unread_socket)

    def variables(self, config: dict[str, Any], code: Path, log_stream: str) -> dict[str, str]:
        """All variables for the function `config` whose package is unpacked in `code`."""
        daemon = f"127.0.0.1:{self.traces.getsockname()[1]}"
        runtime = load("core.lambda_runtime")
        _, region = runtime._account_region_from_function_config(config)
        own: dict[str, str] = (config.get("Environment") or {}).get("Variables") or {}
        name = config["FunctionName"]
        logging_config = config.get("LoggingConfig") or {}
        reserved = {
            "_HANDLER": config["Handler"],
            "AWS_DEFAULT_REGION": region,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": logging_config.get("LogGroup") or f"/aws/lambda/{name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
            "AWS_REGION": region,
            "LAMBDA_RUNTIME_DIR": str(self.settings.runtime_python.parent.parent),
            "LAMBDA_TASK_ROOT": str(code),
            **runtime.execution_credentials(config),
        }
        overridable = {
            "AWS_ENDPOINT_URL": self.settings.url,
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
            "AWS_XRAY_DAEMON_ADDRESS": daemon,
            # No such folder, as in Lambda: the SDK must not read the developer's own AWS profile.
            "HOME": "/home/sbx_user1051",
            "LANG": "en_US.UTF-8",
            "PATH": os.defpath,
            "TZ": ":UTC",
        }
        return overridable | own | reserved
