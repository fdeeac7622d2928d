"""The language host's calls, over the one that Pulumi's Automation API serves in process."""

# ruff: noqa: N802 - the methods have the names of the protocol's calls

import os
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from typing import Any

import grpc
from pulumi._version import version as sdk_version
from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2, plugin_pb2

from local.language_host.plugin_process import PluginProcesses
from local.language_host.program import Outcome, ProgramRun


class LanguageHost(LanguageServer):
    """Runs Python programs and policy packs with this interpreter.

    Required packages stay unstated, as the base class has them: the SDK names the provider and its version with every
    resource, and the engine loads it then, so a project that never touches AWS never asks for the AWS plugin.
    """

    def __init__(self, engine_address: str) -> None:
        self._engine_address = engine_address
        self._plugins = PluginProcesses()

    def leave(self, *_: object) -> None:
        """End the process and the policy packs that it runs, now and quietly; a signal handler."""
        self._plugins.stop_all()
        os._exit(0)

    def Handshake(self, request: Any, context: Any) -> Any:
        """Learn the engine's address when the engine attaches to a running host."""
        self._engine_address = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        """Tell the version: the SDK's, which this host stands in for."""
        return plugin_pb2.PluginInfo(version=str(sdk_version))

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:
        """List what is installed in this environment, for `pulumi about`."""
        found = {d.metadata["Name"]: d.version for d in distributions()}
        dependencies = [language_pb2.DependencyInfo(name=name, version=found[name]) for name in sorted(found)]
        return language_pb2.GetProgramDependenciesResponse(dependencies=dependencies)

    def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:
        """Say where dependencies come from; the environment is `./justw`'s to make."""
        told = f"Dependencies are those of {sys.prefix}, which ./justw installs from poetry.lock.\n"
        yield language_pb2.InstallDependenciesResponse(stdout=told.encode())

    def Run(self, request: Any, context: Any) -> Any:
        """Run the program to its end; the engine has been told of an error by the time this answers `bail`."""
        outcome = ProgramRun(request, self._engine_address).run()
        return language_pb2.RunResponse(bail=outcome is Outcome.REPORTED)

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:
        """Run a policy pack and stream what it prints until it ends or the engine hangs up."""
        if request.kind != "analyzer":
            told = f"this language host runs policy packs (analyzer), not a plugin of kind {request.kind!r}: "
            context.abort(grpc.StatusCode.UNIMPLEMENTED, told + "install the official Pulumi CLI, which brings its own")
        command = [sys.executable, "-P", "-u", "-m", "pulumi.policy", *request.args, request.info.program_directory]
        environment = dict(entry.split("=", 1) for entry in request.env)
        yield from self._plugins.run(command, request.pwd, environment, context)
