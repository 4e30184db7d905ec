"""Panther's GraphQL API, as far as it is about log sources and schemas: a schema that is executed.

https://docs.panther.com/panther-developer-workflows/api/graphql
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import assets
from panther_s3.demo.panther.health import Health
from panther_s3.demo.panther.replies import Refusal, Reply, json_reply
from panther_s3.demo.panther.service import Service
from panther_s3.demo.panther.sources import Source

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode

PATH = "/public/graphql"
CUSTOM = {"Custom.AcmeApp": False, "Custom.AcmeAudit": False, "Custom.AcmeOld": True}
"""The customer's own schemas, and whether they are archived."""
ONE_PAGE = {"endCursor": None, "hasNextPage": False, "hasPreviousPage": False, "startCursor": None}
"""All is returned in one page (panther-labs/mcp-panther, panther.graphql, "pagination is not supported")."""
UNTOLD = "Internal server error"
"""What is said of a fault of Panther's own."""


@dataclass(frozen=True)
class Asked:
    """A request as far as it could be read."""

    document: DocumentNode | None = None
    operation: OperationDefinitionNode | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    errors: tuple[Mapping[str, Any], ...] = ()
    """Why it could not."""

    @property
    def name(self) -> str:
        """What it asks for: the fields at the top; the path where that is not known."""
        if self.operation is None:
            return PATH
        fields = (getattr(node, "name", None) for node in self.operation.selection_set.selections)
        return ",".join(each.value for each in fields if each is not None) or PATH

    @property
    def writes(self) -> bool:
        """Whether it is to change something."""
        return self.operation is not None and self.operation.operation.value == "mutation"


class Graphql:
    """Answers requests of the GraphQL API."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def read(self, body: bytes) -> Asked:
        """Return what a request's body asks for."""
        from graphql import GraphQLError, get_operation_ast, parse

        try:
            asked = json.loads(body)
            query, variables, name = asked["query"], asked.get("variables") or {}, asked.get("operationName")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return Asked(errors=(_error("The request body must be a JSON object with a query", "BAD_REQUEST"),))
        if not (isinstance(query, str) and isinstance(variables, dict) and isinstance(name, str | None)):
            return Asked(errors=(_error("query, variables or operationName is of the wrong type", "BAD_REQUEST"),))
        try:
            document = parse(query, max_tokens=10_000)
        except GraphQLError as error:
            return Asked(errors=(_formatted(error, "GRAPHQL_PARSE_FAILED"),))
        except RecursionError:
            return Asked(errors=(_error("The query is nested too deep", "GRAPHQL_PARSE_FAILED"),))
        operation = get_operation_ast(document, name)
        if operation is None:
            return Asked(errors=(_error("Which operation is meant is not told", "OPERATION_RESOLUTION_FAILURE"),))
        return Asked(document, operation, variables, name)

    def reply(self, asked: Asked) -> Reply:
        """Return the answer; what is no request of this schema is status 400, what fails later is 200 with errors.

        So Apollo Server has it, whose codes Panther's errors bear (panther-labs/panther_analysis_tool,
        public_api_client.py).
        """
        if asked.document is None or asked.operation is None:
            return json_reply(400, {"errors": list(asked.errors)})
        from graphql import execute_sync, validate
        from graphql.execution.values import get_variable_values

        schema = _schema()
        if faults := validate(schema, asked.document):
            return json_reply(400, {"errors": [_formatted(each, "GRAPHQL_VALIDATION_FAILED") for each in faults]})
        definitions = asked.operation.variable_definitions or ()
        values = get_variable_values(schema, definitions, dict(asked.variables))
        if isinstance(values, list):
            return json_reply(400, {"errors": [_formatted(each, "BAD_USER_INPUT") for each in values]})
        result = execute_sync(
            schema,
            asked.document,
            root_value=self._root(),
            variable_values=dict(asked.variables),
            operation_name=asked.operation_name,
        )
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [_formatted(each, "INTERNAL_SERVER_ERROR") for each in result.errors]
        return json_reply(200, answer)

    def _root(self) -> dict[str, Any]:
        """What answers each field at the top."""
        return {
            "sources": self._sources,
            "source": self._source,
            "schemas": self._schemas,
            "createS3Source": self._create,
            "updateS3Source": self._update,
            "deleteSource": self._delete,
        }

    def _sources(self, _: object, **__: object) -> dict[str, Any]:
        sources = self._service.sources.all()
        look = _Look(self._service.health, sources)
        return {"edges": [{"node": _node(source, look)} for source in sources], "pageInfo": ONE_PAGE}

    def _source(self, _: object, **given: Any) -> dict[str, Any]:
        return self._whole(self._service.get(given["id"]))

    def _schemas(self, _: object, **given: Any) -> dict[str, Any]:
        wanted = given["input"]
        found = [{"name": name, "isManaged": True, "isArchived": False} for name in assets.log_types()]
        found += [{"name": name, "isManaged": False, "isArchived": old} for name, old in CUSTOM.items()]
        used = {name for source in self._service.sources.all() for name in source.draft.log_types}
        for flag in ("isManaged", "isArchived"):
            if wanted.get(flag) is not None:
                found = [schema for schema in found if schema[flag] == wanted[flag]]
        if wanted.get("isInUse") is not None:
            found = [schema for schema in found if (schema["name"] in used) == wanted["isInUse"]]
        part = (wanted.get("contains") or "").lower()
        edges = [{"node": {**SCHEMA, **schema}} for schema in found if part in str(schema["name"]).lower()]
        return {"edges": edges, "pageInfo": ONE_PAGE}

    def _create(self, _: object, **given: Any) -> dict[str, Any]:
        with _Worded():
            return {"logSource": self._whole(self._service.create(_as_rest(given["input"])))}

    def _update(self, _: object, **given: Any) -> dict[str, Any]:
        body = _as_rest(given["input"])
        with _Worded():
            return {"logSource": self._whole(self._service.update(body.pop("id"), body))}

    def _delete(self, _: object, **given: Any) -> dict[str, Any]:
        self._service.delete(given["input"]["id"])
        return {"id": given["input"]["id"]}

    def _whole(self, source: Source) -> dict[str, Any]:
        return _node(source, _Look(self._service.health, [source]))


SCHEMA = {
    "createdAt": "2026-01-01T00:00:00Z",
    "description": "",
    "discoveredSpec": "",
    "isFieldDiscoveryEnabled": False,
    "referenceURL": "",
    "revision": 1,
    "spec": "fields: []",
    "updatedAt": "2026-01-01T00:00:00Z",
    "version": 1,
}
"""What the demo says of every schema."""


class _Look:
    """The health of the sources of one answer: looked at side by side, and only where it is asked for."""

    def __init__(self, health: Health, sources: list[Source]) -> None:
        self._health, self._sources = health, sources
        self._found: Mapping[str, bool] | None = None

    def healthy(self, source: Source) -> bool:
        """Tell whether `source`, one of them, is healthy."""
        if self._found is None:
            self._found = self._health.healthy(self._sources)
        return self._found[source.id]


class _Worded:
    """Makes a refusal name the label as GraphQL does."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, Refusal):
            raise Refusal(error.status, error.message.replace("integrationLabel", "label")) from error


def _node(source: Source, look: _Look) -> dict[str, Any]:
    """A source with its health, which is looked up when it is asked for."""
    return source.as_graphql() | {"isHealthy": lambda _: look.healthy(source)}


def _as_rest(given: Mapping[str, Any]) -> dict[str, Any]:
    """The input of a mutation, by the names of the REST API."""
    body = dict(given)
    body["integrationLabel"] = body.pop("label")
    return body


def _formatted(error: GraphQLError, code: str) -> Mapping[str, Any]:
    """An error as it is answered, with a code; what nobody meant to say is not told."""
    cause = error.original_error
    shown: dict[str, Any] = {**error.formatted}
    if cause is not None and not isinstance(cause, Refusal):
        shown["message"] = UNTOLD
    shown["extensions"] = {"code": code, **(error.extensions or {})}
    return shown


def _error(message: str, code: str) -> Mapping[str, Any]:
    """An error of a request that could not be read."""
    return {"message": message, "extensions": {"code": code}}


@cache
def _schema() -> GraphQLSchema:
    """The schema of the API."""
    from graphql import build_schema

    return build_schema(Path(__file__).with_name("schema.graphql").read_text(encoding="utf-8"))
