"""A request, read from what the caller of the engine gives."""

from __future__ import annotations

from collections.abc import Mapping

from panther_s3.access.conditions import scalar_text
from panther_s3.access.matching import Request, named_resource
from panther_s3.access.policy import as_list
from panther_s3.access.principals import account_id, read_caller
from panther_s3.arns import parse_arn


def _values(value: object) -> tuple[str, ...]:
    """Return a condition key's values as text; what has no text is no value."""
    texts = (scalar_text(item) for item in as_list(value))
    return tuple(text for text in texts if text is not None)


def read_request(raw: object) -> Request:
    """Return the request; what is missing in it is empty, and an account is then taken from an ARN."""
    given = raw if isinstance(raw, Mapping) else {}
    context = given.get("context")
    items = context.items() if isinstance(context, Mapping) else ()
    spelled = {str(key): values for key, value in items if (values := _values(value))}
    lowered = {key.lower(): values for key, values in spelled.items()}
    action, resource, account = given.get("action"), given.get("resource"), given.get("resource_account")
    action_text = action if isinstance(action, str) else ""
    resource_text = resource if isinstance(resource, str) else ""
    arn = parse_arn(resource_text)
    owner = account if isinstance(account, str) else account_id(account)
    return Request(
        caller=read_caller(given.get("principal"), given.get("principal_account"), lowered),
        action=action_text,
        resource=named_resource(resource_text, action_text),
        resource_account=owner or (arn.account if arn is not None else ""),
        context=lowered,
        raw_context=spelled,
    )
