"""The pack as the engine runs it: a process of its own that answers over gRPC."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime import proto
from pulumi.runtime.proto import analyzer_pb2_grpc

import policies

PACK = Path(policies.__file__).parent


class Plugin:
    """One running pack."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = analyzer_pb2_grpc.AnalyzerStub(channel)

    def configure(self, *, preview: bool) -> None:
        self._stub.ConfigureStack(proto.AnalyzerStackConfigureRequest(stack="dev", project="orders", dry_run=preview))

    def analyze(self, resource_type: str, properties: Mapping[str, Any]) -> list[proto.AnalyzeDiagnostic]:
        request = proto.AnalyzeRequest(type=resource_type, name="it", urn="urn:pulumi:dev::orders::some:type::it")
        request.properties.CopyFrom(struct_pb2.Struct())
        request.properties.update(properties)
        return list(self._stub.Analyze(request).diagnostics)

    def information(self) -> proto.AnalyzerInfo:
        return self._stub.GetAnalyzerInfo(empty_pb2.Empty())


def copy_pack(target: Path) -> Path:
    """A copy of the pack alone, as someone else would take it."""
    shutil.copytree(PACK, target, ignore=shutil.ignore_patterns("__pycache__"))
    return target


@contextmanager
def running(folder: Path, cwd: Path) -> Iterator[Plugin]:
    """Start the pack in a folder in the way the language host does, and end it."""
    command = [sys.executable, "-P", "-m", "pulumi.policy", "127.0.0.1:1", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=cwd) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield Plugin(channel)
        finally:
            process.kill()
