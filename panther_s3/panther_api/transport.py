"""Requests to Panther's API: time limits, what is sent again, and answers as JSON or as Problems."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from panther_s3.panther_api.address import graphql_url, host_of, is_loopback
from panther_s3.panther_api.errors import (
    Throttled,
    Unclear,
    problem_of_answer,
    problem_of_error,
    problem_of_graphql,
    problem_of_status,
)
from panther_s3.problems import Problem, ProblemKind
from panther_s3.tokens import Token

if TYPE_CHECKING:
    import httpx
    from tenacity import RetryCallState

CONNECT_SECONDS, READ_SECONDS = 3.0, 10.0
WRITE_SECONDS = 30.0
"""How long a change may take to be answered: what Panther's Terraform provider allows."""
ATTEMPTS = 3
PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 10.0


class Transport:
    """Sends requests with the token to one address and to no other; may be shared by threads."""

    def __init__(self, base: str, token: Token, *, sleep: Callable[[float], None] = time.sleep) -> None:
        """Prepare; nothing is loaded or sent before the first request.

        Args:
            base: the API's address (`address.api_base`).
            token: goes into the header X-API-Key of every request, and nowhere else.
            sleep: waits before something is sent again.
        """
        self.base, self._token, self._sleep = base, token, sleep
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None

    def rest(
        self,
        method: str,
        path: str,
        doing: str,
        body: Mapping[str, Any] | None = None,
        *,
        again: bool = True,
        limit: float = READ_SECONDS,
    ) -> dict[str, Any]:
        """Return the JSON object that Panther answers; {} where it answers without a body.

        Args:
            method: the HTTP method.
            path: beneath the base, with a slash before it.
            doing: what this does, as it follows on "to" in a message.
            body: the JSON object to send.
            again: whether the request may be sent again where its answer is lost: it comes to the same then.
            limit: seconds until the answer has to come.

        Raises:
            Problem: Panther refused; Unclear where it may have done what was asked.
        """
        return self._sent(method, self.base + path, doing, body, again=again, limit=limit)

    def graphql(self, query: str, variables: Mapping[str, Any], doing: str) -> dict[str, Any]:
        """Return the data that Panther answers to a query, which changes nothing.

        Raises:
            Problem: Panther refused, by status or by the errors of GraphQL.
        """
        body = {"query": query, "variables": variables}
        answer = self._sent("POST", graphql_url(self.base), doing, body, again=True, limit=READ_SECONDS)
        if answer.get("errors"):
            errors = answer["errors"]
            raise problem_of_graphql(doing, errors if isinstance(errors, list) else [errors])
        if not isinstance(answer.get("data"), dict):
            raise problem_of_answer(doing, "There is no data in it.")
        data: dict[str, Any] = answer["data"]
        return data

    def close(self) -> None:
        """Let the connections go."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _sent(
        self, method: str, url: str, doing: str, body: Mapping[str, Any] | None, *, again: bool, limit: float
    ) -> dict[str, Any]:
        from tenacity import Retrying, retry_if_exception, stop_after_attempt

        def worth(error: BaseException) -> bool:
            if isinstance(error, Unclear):
                return again and error.kind is ProblemKind.NETWORK
            # neither was done: it was not let in, or no connection came about
            return isinstance(error, Problem) and error.kind in (ProblemKind.THROTTLED, ProblemKind.NETWORK)

        attempts = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=_pause,
            retry=retry_if_exception(worth),
            sleep=self._sleep,
            reraise=True,
        )
        answer: dict[str, Any] = attempts(self._once, method, url, doing, body, limit)
        return answer

    def _once(self, method: str, url: str, doing: str, body: Mapping[str, Any] | None, limit: float) -> dict[str, Any]:
        import httpx

        try:
            response = self._open().request(
                method, url, json=body, timeout=httpx.Timeout(limit, connect=CONNECT_SECONDS)
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise problem_of_error(doing, error, host_of(self.base)) from None  # its request holds the token
        if not response.is_success:
            raise problem_of_status(doing, response)
        if not response.content.strip():
            return {}
        try:
            document = response.json()
        except ValueError:
            raise problem_of_answer(doing, response.text[:200]) from None
        if not isinstance(document, dict):
            raise problem_of_answer(doing, response.text[:200])
        return document

    def _open(self) -> httpx.Client:
        import httpx

        with self._lock:
            if self._client is None:
                self._client = httpx.Client(
                    headers={"X-API-Key": self._token.reveal(), "User-Agent": "panther-s3-wizard"},
                    follow_redirects=False,  # the token is for this address alone
                    trust_env=not is_loopback(self.base),  # a proxy must not be asked for the loopback
                )
            return self._client


def _pause(state: RetryCallState) -> float:
    """How long to wait before the next try: what Panther asks for, else twice as long each time."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, Throttled) else None
    doubled: float = PAUSE_SECONDS * 2 ** (state.attempt_number - 1)
    return min(doubled if asked is None else asked, LONGEST_PAUSE_SECONDS)
