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
    message_of,
    problem_of_answer,
    problem_of_error,
    problem_of_graphql,
    problem_of_status,
    problem_of_surroundings,
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
        reads = method == "GET"
        return self._sent(method, self.base + path, doing, body, again=again, limit=limit, reads=reads)

    def graphql(self, query: str, variables: Mapping[str, Any], doing: str) -> dict[str, Any]:
        """Return the data that Panther answers to a query, which changes nothing.

        Raises:
            Problem: Panther refused, by status or by the errors of GraphQL.
        """
        body = {"query": query, "variables": variables}
        answer = self._sent("POST", graphql_url(self.base), doing, body, again=True, limit=READ_SECONDS, reads=True)
        if answer.get("errors"):
            errors = answer["errors"]
            problem = problem_of_graphql(doing, errors if isinstance(errors, list) else [errors])
            self._hide(problem)
            raise problem
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
        self,
        method: str,
        url: str,
        doing: str,
        body: Mapping[str, Any] | None,
        *,
        again: bool,
        limit: float,
        reads: bool,
    ) -> dict[str, Any]:
        from tenacity import Retrying, retry_if_exception, stop_after_attempt

        left_open: list[Unclear] = []

        def worth(error: BaseException) -> bool:
            if isinstance(error, Unclear):
                left_open.append(error)
                return again and error.kind is ProblemKind.NETWORK
            if isinstance(error, Throttled) and (error.wait or 0) > LONGEST_PAUSE_SECONDS:
                return False  # sooner than it asks for is in vain
            # neither was done: it was not let in, or no connection came about
            return isinstance(error, Problem) and error.kind in (ProblemKind.THROTTLED, ProblemKind.NETWORK)

        attempts = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=_pause,
            retry=retry_if_exception(worth),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            answer: dict[str, Any] = attempts(self._tried, method, url, doing, body, limit)
        except Problem as problem:
            if reads or not left_open or isinstance(problem, Unclear) or problem.kind is ProblemKind.NOT_FOUND:
                raise
        else:
            return answer
        # an earlier try may have done it: that this one was refused, or reached nobody, does not tell
        raise left_open[-1]

    def _tried(self, *request: Any) -> dict[str, Any]:
        """Send it once; an answer that repeats the token, as a page of a proxy may, tells it to nobody."""
        try:
            return self._once(*request)
        except Problem as problem:
            self._hide(problem)
            raise

    def _hide(self, problem: Problem) -> None:
        secret = self._token.reveal()
        problem.title, problem.cause = (text.replace(secret, "…") for text in (problem.title, problem.cause))

    def _once(self, method: str, url: str, doing: str, body: Mapping[str, Any] | None, limit: float) -> dict[str, Any]:
        import httpx

        client = self._open()
        response, problem = None, None
        try:
            response = client.request(method, url, json=body, timeout=httpx.Timeout(limit, connect=CONNECT_SECONDS))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            problem = problem_of_error(doing, error, host_of(self.base))
        if response is None:  # raised here, not there: the error, and the frames that it came by, hold the token
            assert problem is not None
            raise problem
        if not response.is_success:
            raise problem_of_status(doing, response)
        if not response.content.strip():
            return {}
        try:
            document = response.json()
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise problem_of_answer(doing, message_of(response))
        return document

    def _open(self) -> httpx.Client:
        import httpx

        problem = None
        with self._lock:
            if self._client is not None:
                return self._client
            try:
                self._client = httpx.Client(
                    headers={"X-API-Key": self._token.reveal(), "User-Agent": "panther-s3-wizard"},
                    verify=httpx.create_ssl_context(),  # heeds SSL_CERT_FILE, for the loopback too
                    # a connection that Panther has closed meanwhile would lose the answer to a creation
                    limits=httpx.Limits(max_keepalive_connections=0),
                    follow_redirects=False,  # the token is for this address alone
                    trust_env=not is_loopback(self.base),  # a proxy must not be asked for the loopback
                )
            except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
                problem = problem_of_surroundings(error)
            if self._client is not None:
                return self._client
        assert problem is not None
        raise problem


def _pause(state: RetryCallState) -> float:
    """How long to wait before the next try: what Panther asks for, else twice as long each time."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, Throttled) else None
    doubled: float = PAUSE_SECONDS * 2 ** (state.attempt_number - 1)
    return min(doubled if asked is None else asked, LONGEST_PAUSE_SECONDS)
