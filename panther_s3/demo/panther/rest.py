"""Panther's REST API, as far as it is about S3 sources and their alarms.

https://docs.panther.com/panther-developer-workflows/api/rest/log-sources/s3-sources
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from panther_s3.demo.panther.replies import Refusal, Reply, json_reply, refusal_reply
from panther_s3.demo.panther.service import Service

Handler = Callable[[str, bytes], Reply]


class Route(NamedTuple):
    """A form of path, and what answers each method there: given the id in the path, and the body."""

    path: re.Pattern[str]
    handlers: Mapping[str, Handler]


class Rest:
    """Answers requests of the REST API."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._routes = (
            Route(re.compile(r"/log-sources/s3"), {"POST": self._create}),
            Route(
                re.compile(r"/log-sources/s3/([^/]+)"),
                {"GET": self._read, "PUT": self._update, "DELETE": self._delete},
            ),
            Route(
                re.compile(r"/log-source-alarms/([^/]+)/SOURCE_NO_DATA"),
                {"GET": self._read_alarm, "PUT": self._set_alarm, "DELETE": self._delete_alarm},
            ),
        )

    def reply(self, method: str, path: str, body: bytes, *, may_write: bool) -> Reply:
        """Return the answer to a request.

        Raises:
            Refusal: it is not granted.
        """
        for route in self._routes:
            found = route.path.fullmatch(path)
            if found is None:
                continue
            handler = route.handlers.get(method)
            if handler is None:
                allowed = {"Allow": ", ".join(sorted(route.handlers))}
                return refusal_reply(405, f"{method} is not allowed here", allowed)
            if method != "GET" and not may_write:
                raise Refusal(403, "The API token lacks the permission LogSourceModify")
            return handler(unquote("".join(found.groups())), body)
        raise Refusal(404, "not found")

    def _create(self, _: str, body: bytes) -> Reply:
        return json_reply(201, self._service.create(_object(body)).as_rest())

    def _read(self, source_id: str, _: bytes) -> Reply:
        return json_reply(200, self._service.get(source_id).as_rest())

    def _update(self, source_id: str, body: bytes) -> Reply:
        return json_reply(200, self._service.update(source_id, _object(body)).as_rest())

    def _delete(self, source_id: str, _: bytes) -> Reply:
        self._service.delete(source_id)
        return Reply(204)

    def _read_alarm(self, source_id: str, _: bytes) -> Reply:
        return json_reply(200, self._service.alarm(source_id))

    def _set_alarm(self, source_id: str, body: bytes) -> Reply:
        return json_reply(200, self._service.set_alarm(source_id, _object(body)))

    def _delete_alarm(self, source_id: str, _: bytes) -> Reply:
        self._service.delete_alarm(source_id)
        return Reply(204)


def _object(body: bytes) -> Mapping[str, Any]:
    """The object in a request's body.

    Raises:
        Refusal: it holds none.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(400, "The request body is not valid JSON") from None
    if not isinstance(value, dict):
        raise Refusal(400, "The request body must be a JSON object")
    return value
