"""What is read of Panther's API: sources, their health and alarm, and the log types."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from panther_s3.panther_api.errors import problem_of_answer
from panther_s3.panther_api.model import S3_TYPE, Alarm, PantherSource, SourceHealth, alarm_of, health_of, source_of
from panther_s3.panther_api.queries import SCHEMAS, SOURCE_HEALTH, SOURCES
from panther_s3.panther_api.transport import Transport
from panther_s3.problems import Problem, ProblemKind

SOURCES_PATH = "/log-sources/s3"
ALARM_TYPE = "SOURCE_NO_DATA"
PAGES = 50
"""More pages of a list than any deployment has: an answer that never ends is one that is not understood."""


class PantherReader:
    """Reads by one transport; may be shared by threads."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def read_sources(self) -> tuple[PantherSource, ...]:
        """Return the S3 sources of the deployment.

        Raises:
            Problem: Panther refused or did not answer.
        """
        doing = "list the log sources"
        nodes = self._nodes(SOURCES, "sources", {}, doing)
        with understanding(doing):
            return tuple(source_of(node) for node in nodes if node.get("integrationType") == S3_TYPE)

    def find_source(self, account_id: str, label: str) -> PantherSource | None:
        """Return the source of this name in this account, which is at most one; None where there is none.

        Panther holds names apart within an account (panther-labs/panther, put_integration.go).

        Raises:
            Problem: Panther refused or did not answer.
        """
        found = (each for each in self.read_sources() if each.source.aws_account_id == account_id)
        return next((self.read_source(each.id) for each in found if each.source.name == label.strip()), None)

    def read_source(self, id: str) -> PantherSource:
        """Return the source `id`, whole.

        Raises:
            Problem: of kind NOT_FOUND where there is none; Panther refused or did not answer.
        """
        doing = "read the source"
        document = self._transport.rest("GET", source_path(id), doing)
        with understanding(doing):
            return source_of(document)

    def read_health(self, id: str) -> SourceHealth | None:
        """Return what Panther says of the source's health; None where it has no such source.

        Raises:
            Problem: Panther refused or did not answer.
        """
        doing = "tell the source's health"
        try:
            node = self._transport.graphql(SOURCE_HEALTH, {"id": id}, doing).get("source")
        except Problem as problem:
            if problem.kind is ProblemKind.NOT_FOUND:
                return None
            raise
        with understanding(doing):
            return health_of(node) if isinstance(node, dict) else None

    def read_log_types(self) -> tuple[str, ...]:
        """Return the names of the log types that sources may be read as, custom ones included.

        Raises:
            Problem: Panther refused or did not answer.
        """
        doing = "list the log types"
        nodes = self._nodes(SCHEMAS, "schemas", {"isArchived": False}, doing)
        with understanding(doing):
            return tuple(sorted({str(node["name"]) for node in nodes if node.get("name")}, key=str.lower))

    def read_alarm(self, id: str) -> Alarm | None:
        """Return the drop-off alarm of the source `id`; None where none is set.

        Raises:
            Problem: Panther refused or did not answer.
        """
        doing = "read the drop-off alarm"
        try:
            document = self._transport.rest("GET", alarm_path(id), doing)
        except Problem as problem:
            if problem.kind is ProblemKind.NOT_FOUND:
                return None
            raise
        with understanding(doing):
            return alarm_of(document)

    def _nodes(self, query: str, name: str, asked: dict[str, Any], doing: str) -> list[dict[str, Any]]:
        """The nodes of every page of a list."""
        nodes: list[dict[str, Any]] = []
        cursor: dict[str, Any] = {}
        for _ in range(PAGES):
            data = self._transport.graphql(query, {"input": {**asked, **cursor}}, doing).get(name)
            with understanding(doing):
                page = _page(data)
            nodes += page.nodes
            if not page.following:
                return nodes
            cursor = {"cursor": page.following}
        raise problem_of_answer(doing, f"It has more than {PAGES} pages.")


class _Page:
    """A page of a GraphQL list: `edges { node }`, and `pageInfo`."""

    def __init__(self, nodes: list[dict[str, Any]], following: str) -> None:
        self.nodes, self.following = nodes, following


def _page(data: Any) -> _Page:
    edges, info = data["edges"], data.get("pageInfo") or {}
    more = info.get("hasNextPage") is True
    return _Page([edge["node"] for edge in edges], str(info.get("endCursor") or "") if more else "")


@contextmanager
def understanding(doing: str) -> Iterator[None]:
    """Say in words that an answer has not the form that is documented."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise problem_of_answer(doing, f"{type(error).__name__}: {error}") from error


def source_path(id: str) -> str:
    """Return the path of the source `id`."""
    return f"{SOURCES_PATH}/{quote(id, safe='')}"


def alarm_path(id: str) -> str:
    """Return the path of the drop-off alarm of the source `id`."""
    return f"/log-source-alarms/{quote(id, safe='')}/{ALARM_TYPE}"
