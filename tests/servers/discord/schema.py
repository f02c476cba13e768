"""Bodies against Discord's published OpenAPI description, where that is at hand."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import jsonschema

SPEC = Path(__file__).parents[4] / "shared" / "reference" / "discord-openapi.json"
"""https://github.com/discord/discord-api-spec; beside the repository, not in it."""
UNCHECKED = "" if SPEC.exists() else f"bodies are not checked: {SPEC.name} is not there"
"""Why nothing is checked here; empty if it is."""

_CALLBACK = ("POST", "/interactions/{interaction_id}/{interaction_token}/callback")
_FOLLOW_UP = ("POST", "/webhooks/{webhook_id}/{webhook_token}")
_CALLBACKS = {
    1: "PongInteractionCallbackRequest",
    4: "CreateMessageInteractionCallbackRequest",
    5: "CreateMessageInteractionCallbackRequest",
    6: "UpdateMessageInteractionCallbackRequest",
    7: "UpdateMessageInteractionCallbackRequest",
    8: "ApplicationCommandAutocompleteCallbackRequest",
    9: "ModalInteractionCallbackRequest",
}
"""One schema an answer is checked against by its type, instead of "none of seven fits"."""


_HARMLESS = {"tts"}
"""What discord.py sends along with edits, though Discord describes it for new messages only."""


def problems(method: str, path: str, body: object) -> list[str]:
    """What is wrong with a request's body; *path* as in the description, without the base."""
    if UNCHECKED:
        return []
    schema = _request_schema(method, path, body)
    return [] if schema is None else _found(schema, body)


def unknown_keys(method: str, path: str, body: object) -> list[str]:
    """The keys of a request's body that the description does not know: Discord ignores them, a test should not."""
    schema = None if UNCHECKED else _request_schema(method, path, body)
    if schema is None:
        return []
    name = json.loads(schema).get("$ref", "").rpartition("/")[2]
    known = _spec()["components"]["schemas"].get(name, {}).get("properties")
    return sorted(set(body) - set(known) - _HARMLESS) if known and isinstance(body, dict) else []


def answer_problems(method: str, path: str, status: int, body: object) -> list[str]:
    """What is wrong with an answer of ours."""
    if UNCHECKED:
        return []
    told = _spec()["paths"][path][method.lower()]["responses"][str(status)]
    return _found(json.dumps(told["content"]["application/json"]["schema"]), body)


def _found(schema: str, body: object) -> list[str]:
    errors = (_deepest(error) for error in _validator(schema).iter_errors(body))
    return [f"{error.json_path}: {error.message[:200]}" for error in errors]


def _deepest(error: jsonschema.ValidationError) -> jsonschema.ValidationError:
    return cast("jsonschema.ValidationError", jsonschema.exceptions.best_match([error]))


def _request_schema(method: str, path: str, body: object) -> str | None:
    if (method, path) == _CALLBACK and isinstance(body, dict) and body.get("type") in _CALLBACKS:
        return _named(_CALLBACKS[body["type"]])
    if (method, path) == _FOLLOW_UP:
        return _named("IncomingWebhookRequestPartial")
    return _published(method, path)


@functools.cache
def _published(method: str, path: str) -> str | None:
    told = _spec()["paths"].get(path, {}).get(method.lower(), {}).get("requestBody")
    return json.dumps(told["content"]["application/json"]["schema"]) if told else None


def _named(name: str) -> str:
    return json.dumps({"$ref": f"#/components/schemas/{name}"})


@functools.cache
def _validator(schema: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator({"components": _spec()["components"], **json.loads(schema)})


@functools.cache
def _spec() -> dict[str, Any]:
    spec = cast("dict[str, Any]", json.loads(SPEC.read_text(encoding="utf-8")))
    schemas = spec["components"]["schemas"]
    # Discord takes numbers for ids, and discord.py sends them; the description knows strings only.
    schemas["SnowflakeType"] = {"anyOf": [schemas["SnowflakeType"], {"type": "integer", "minimum": 0}]}
    spec["components"]["schemas"] = {name: _decided(one, schemas) for name, one in schemas.items()}
    return spec


def _decided(node: Any, schemas: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any part of a schema
    """The same with "one of these components" decided by ``type``: a thousand times faster, and errors say where."""
    if isinstance(node, list):
        return [_decided(one, schemas) for one in node]
    if not isinstance(node, dict):
        return node
    rest = {key: _decided(value, schemas) for key, value in node.items() if key != "oneOf"}
    choices = node.get("oneOf")
    kinds = [_kind(one, schemas) for one in choices or ()]
    if not kinds or None in kinds or len(set(kinds)) < len(kinds):
        return rest | ({"oneOf": _decided(choices, schemas)} if choices else {})
    by_kind = [
        {"if": {"properties": {"type": {"const": kind}}}, "then": choice}
        for kind, choice in zip(kinds, choices or (), strict=True)
    ]
    return rest | {"required": ["type"], "properties": {"type": {"enum": kinds}}, "allOf": by_kind}


def _kind(choice: Mapping[str, Any], schemas: Mapping[str, Any]) -> int | None:
    """The only ``type`` that an alternative allows; None if it does not say."""
    named = schemas.get(choice.get("$ref", "").rpartition("/")[2], {})
    allowed = named.get("properties", {}).get("type", {}).get("enum", ())
    return allowed[0] if len(allowed) == 1 else None
