"""`python -m operations.openapi`: writes docs/openapi/<api>.json, an OpenAPI document for each API."""

import json
from collections.abc import Iterator
from pathlib import Path

from services.common.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER
from shared.checkout import CHECKOUT, SERVICES
from shared.model import Api, Authorization, Route, System
from shared.systems import folder_name, known_systems, load_systems

FOLDER = CHECKOUT / "docs" / "openapi"

# How API Gateway's own documents say it.
SIGV4 = {
    "type": "apiKey",
    "name": "Authorization",
    "in": "header",
    "description": "AWS Signature Version 4 by a principal that may execute-api:Invoke",
    "x-amazon-apigateway-authtype": "awsSigv4",
}

# What OpenAPI says in its own way of JSON schema.
NOT_IN_OPENAPI = ("$schema",)


def documents() -> Iterator[tuple[Path, str]]:
    """File and text of each API's document."""
    for system in load_systems(known_systems()):
        for api in system.apis:
            yield FOLDER / f"{api.name}.json", json.dumps(_document(system, api), indent=2, ensure_ascii=False) + "\n"


def _document(system: System, api: Api) -> dict[str, object]:
    paths: dict[str, dict[str, object]] = {}
    for route in api.routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(system, route)
    throttle = f"{api.throttle.rate} requests a second, {api.throttle.burst} at once"
    info = {"title": api.name, "version": "1", "description": f"{api.name} of {system.name}; throttled at {throttle}."}
    document: dict[str, object] = {"openapi": "3.1.0", "info": info, "paths": paths}
    if any(route.authorization is Authorization.IAM for route in api.routes):
        document["components"] = {"securitySchemes": {"sigv4": SIGV4}}
    return document


def _operation(system: System, route: Route) -> dict[str, object]:
    schema = json.loads((SERVICES / folder_name(system.name) / route.body).read_text())
    openapi_schema = {name: value for name, value in schema.items() if name not in NOT_IN_OPENAPI}
    secured = {"security": [{"sigv4": []}]} if route.authorization is Authorization.IAM else {}
    return {
        "operationId": route.slug,
        **secured,
        "parameters": list(_parameters(route)),
        "requestBody": {"required": True, "content": {"application/json": {"schema": openapi_schema}}},
        "responses": {str(status): {"description": meaning} for status, meaning in sorted(route.answers.items())},
    }


def _parameters(route: Route) -> Iterator[dict[str, object]]:
    signature = "v1=<hex> of HMAC-SHA256 over timestamp.rawbody; several may be separated by commas"
    signed = {TIMESTAMP_HEADER: "Unix seconds", SIGNATURE_HEADER: signature} if route.signed else {}
    for name, description in {**dict.fromkeys(route.required_headers, ""), **signed}.items():
        schema = {"type": "string"}
        yield {"name": name, "in": "header", "required": True, "description": description, "schema": schema}


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file, text in documents():
        file.write_text(text)
        print(f"wrote {file.relative_to(CHECKOUT)}")
