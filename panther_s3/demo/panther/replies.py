"""What Panther's API answers with: a reply, or a refusal that is raised and becomes one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

JSON = "application/json"
CODES = {
    400: "BAD_USER_INPUT",
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    409: "CONFLICT",
}
"""What a refusal is called in an answer of GraphQL, by its status in REST."""


@dataclass(frozen=True)
class Reply:
    """One answer to a request."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """Why a request is not granted, in Panther's words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message

    @property
    def extensions(self) -> dict[str, str]:
        """What an error of GraphQL says beside its message; the engine asks its causes for it."""
        return {"code": CODES.get(self.status, "INTERNAL_SERVER_ERROR")}


def json_reply(status: int, value: object, headers: Mapping[str, str] | None = None) -> Reply:
    """Return `value` as an answer in JSON."""
    return Reply(status, json.dumps(value).encode(), headers=headers or {})


def refusal_reply(status: int, message: str, headers: Mapping[str, str] | None = None) -> Reply:
    """Return the answer of a request that is not granted (Panther's REST API, "message")."""
    return json_reply(status, {"message": message}, headers)
