# Event-driven systems on AWS: the recipes. An environment is a name in environments/, `local` by default.

set shell := ["sh", "-eu", "-c"]
# A set PYTHONDONTWRITEBYTECODE costs every start of a Pulumi program half a second.
unexport PYTHONDONTWRITEBYTECODE
# Sets of strings in the same order everywhere, so that what a seed has shown is shown again.
export PYTHONHASHSEED := "0"

python := ".venv/bin/python"
operations := python + " -m operations"
# Two processes: while one waits for what it has deployed, the other works.
coverage := "--numprocesses=2 --dist=loadscope --no-loadscope-reorder --cov --cov-report=term-missing:skip-covered --cov-fail-under=100"

# List the recipes.
[private]
default:
    @just --list --unsorted

# Preview all layers under the policy pack, then deploy them in order.
[group('deploy')]
deploy-all environment="local": _environment
    @{{ operations }} deploy-all {{ quote(environment) }}

# Preview all layers under the policy pack, even where nothing is deployed yet.
[group('deploy')]
preview-all environment="local": _environment
    @{{ operations }} preview-all {{ quote(environment) }}

# Destroy all layers in reverse order.
[group('deploy')]
destroy-all environment="local": _environment
    @{{ operations }} destroy-all {{ quote(environment) }}

# Deploy one layer: security, data, messaging, compute, api or observability.
[group('deploy')]
deploy layer environment="local": _environment
    @{{ operations }} deploy {{ quote(layer) }} {{ quote(environment) }}

# Preview one layer.
[group('deploy')]
preview layer environment="local": _environment
    @{{ operations }} preview {{ quote(layer) }} {{ quote(environment) }}

# Destroy one layer upon which no other stands.
[group('deploy')]
destroy layer environment="local": _environment
    @{{ operations }} destroy {{ quote(layer) }} {{ quote(environment) }}

# Find out before a deployment what would fail in it.
[group('inspect')]
doctor environment="local": _environment
    @{{ operations }} doctor {{ quote(environment) }}

# Hold what is deployed against the requirements, row by row, by describe calls alone.
[group('inspect')]
validate environment="local": _environment
    @{{ operations }} validate {{ quote(environment) }}

# List the policy pack's rules, and the exemptions from them that are deployed.
[group('inspect')]
policies environment="local": _environment
    @folder=$(mktemp -d) && trap 'rm -r "$folder"' EXIT && {{ operations }} export "$folder" {{ quote(environment) }} >/dev/null \
        && {{ python }} -m policies.framework.listing $(find "$folder" -name '*.json')

# Join the deployed state of all layers with what is described; the format is table, json or sarif.
[group('inspect')]
audit environment="local" format="table": _environment
    @{{ operations }} audit {{ quote(format) }} {{ quote(environment) }}

# Show each layer: deployed, up to date or stale.
[group('inspect')]
status environment="local": _environment
    @{{ operations }} status {{ quote(environment) }}

# Show the outputs of all layers.
[group('inspect')]
outputs environment="local": _environment
    @{{ operations }} outputs {{ quote(environment) }}

# Write each layer's deployed state into a folder, one JSON a stack.
[group('inspect')]
export folder environment="local": _environment
    @{{ operations }} export {{ quote(folder) }} {{ quote(environment) }}

# Show which of a system's alarms ring, and the figures of its CloudWatch dashboard of the last hour.
[group('inspect')]
dashboard system environment="local": _environment
    @{{ operations }} dashboard {{ quote(system) }} {{ quote(environment) }}

# Show a function's log lines of the last 15 minutes, or: FUNCTION [ENVIRONMENT] --since 8h --id CORRELATION_ID.
[group('inspect'), positional-arguments]
logs function *arguments: _environment
    @{{ operations }} logs "$@"

# Show what all functions and APIs logged of one correlation id in the last day, or: ID [ENVIRONMENT] --since 8h.
[group('inspect'), positional-arguments]
trace id *arguments: _environment
    @{{ operations }} trace "$@"

# Say in words what a function may do, what it must never do, and which line says so; needs no deployment.
[group('inspect')]
iam function environment="local": _environment
    @{{ operations }} iam {{ quote(function) }} {{ quote(environment) }}

# Write into a folder the IAM policies that each layer's deployer needs; needs no deployment.
[group('inspect')]
deployer-policies folder environment="dev": _environment
    @{{ operations }} deployer-policies {{ quote(folder) }} {{ quote(environment) }}

# Print the shell variables for running pulumi by hand: eval "$(just exports)".
[group('inspect')]
exports environment="local": _environment
    @{{ operations }} exports {{ quote(environment) }}

# Show every dead letter of an environment, why it is dead and what it says without its secrets; --json for programs.
[group('recover'), positional-arguments]
dlq *arguments: _environment
    @{{ operations }} dlq "$@"

# Say how a dead-letter queue's letters would go back, or --go: QUEUE [ENVIRONMENT] --rate 10 --only MESSAGE_ID --discard.
[group('recover'), positional-arguments]
redrive queue *arguments: _environment
    @{{ operations }} redrive "$@"

# Sign and post each line of a file to a system's API and show the answers.
[group('exercise')]
send system file environment="local": _environment
    @{{ operations }} send {{ quote(system) }} {{ quote(file) }} {{ quote(environment) }}

# Send realistic samples and show what arrived where.
[group('exercise')]
smoke environment="local": _environment
    @{{ operations }} smoke {{ quote(environment) }}

# A user's price rules: add USER SYMBOL above|below THRESHOLD; list USER; rearm USER ALERT; remove USER ALERT.
[group('exercise'), positional-arguments]
alerts action *arguments: _environment
    @{{ operations }} alerts "$@"

# Have those alerts for a coin judged that never were, since the stream lost them.
[group('exercise')]
touch-alerts coin environment="local": _environment
    @{{ operations }} touch-alerts {{ quote(coin) }} {{ quote(environment) }}

# Say what the embedded target's exchange answers next: BTC=70000, --status 429 --retry-after 7, --delay-s 3, --body x.
[group('exercise')]
exchange *arguments: _environment
    @{{ python }} -m local.exchange {{ arguments }}

# Take every grant from every role, one at a time, and show which removals break something; embedded environments only.
[group('exercise')]
iam-mutants environment="local": _environment
    @{{ operations }} iam-mutants {{ quote(environment) }}

# Test a deployed environment from its outputs alone.
[group('exercise')]
integration environment="local": _environment
    @INTEGRATION_ENVIRONMENT={{ quote(environment) }} {{ python }} -m pytest tests/integration

# Start the embedded target's emulator.
[group('embedded target')]
local-up: _environment
    @{{ python }} -m local.emulator up

# Stop the emulator; its state stays.
[group('embedded target')]
local-down: _environment
    @{{ python }} -m local.emulator down

# Stop the emulator and forget all that was deployed to it.
[group('embedded target')]
local-reset: _environment
    @{{ python }} -m local.forget

# Format and lint, check types and imports; changes nothing.
[group('develop')]
check: _environment
    @.venv/bin/ruff format --check --quiet .
    @.venv/bin/ruff check --quiet .
    @.venv/bin/basedpyright --level error
    @.venv/bin/lint-imports --no-logo

# Format the code and repair what the linter can.
[group('develop')]
format: _environment
    @.venv/bin/ruff check --fix --quiet .
    @.venv/bin/ruff format --quiet .

# Run all checks and tests, or those that pytest's arguments select.
[group('develop')]
test *arguments: check
    @{{ python }} -m pytest {{ if arguments == "" { coverage } else { arguments } }}

# Write the generated documents anew.
[group('develop')]
docs: _environment
    @{{ python }} -m operations.requirement_table
    @{{ python }} -m tests.faults.reliability
    @{{ python }} -m policies.framework.catalogue docs/policies.md
    @{{ python }} -m operations.vocabulary
    @{{ python }} -m operations.runbook_index
    @{{ python }} -m operations.fixed_cost
    @{{ python }} -m operations.pictures
    @{{ python }} -m operations.openapi

# Repeat a system's campaign of faults by its seed, and shrink it where it fails.
[group('develop')]
faults system seed: _environment
    @{{ python }} -m tests.faults.soak {{ quote(system) }} --seeds={{ quote("=" + seed) }} --events=6

# Take all systems, or those named, through 20 campaigns of 10,000 events each: hours.
[group('develop')]
soak *arguments: _environment
    @{{ python }} -m tests.faults.soak {{ arguments }}

# Measure something, by its module in benchmarks/: rule_evaluation, ingestion 1024 (MiB), sustained_load 600 (seconds).
[group('develop')]
benchmark name *arguments: _environment
    @{{ python }} -m benchmarks.{{ quote(name) }} {{ arguments }}

[private]
_environment:
    @test -x {{ python }} || { echo "there is no .venv; run ./justw, or: poetry install" >&2; exit 1; }
