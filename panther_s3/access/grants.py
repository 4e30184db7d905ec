"""KMS grants, which allow what they name without a key policy or an IAM policy.

https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
"""

from __future__ import annotations

from panther_s3.access.decision import StatementRef
from panther_s3.access.matching import Match, Request
from panther_s3.access.policy import Statement
from panther_s3.access.principals import Naming, names
from panther_s3.access.truth import Truth, all_of, truth_of

_ENCRYPTION_CONTEXT = "kms:encryptioncontext:"
_UNCONSTRAINED = frozenset(("describekey", "retiregrant", "getpublickey", "sign", "verify", "generatemac", "verifymac"))
"""Operations without an encryption context, on which a constraint has no bearing."""


def _encryption_context(request: Request) -> dict[str, str]:
    """Return the request's encryption context; its keys and values count with their case."""
    return {
        key[len(_ENCRYPTION_CONTEXT) :]: values[0]
        for key, values in request.raw_context.items()
        if key.lower().startswith(_ENCRYPTION_CONTEXT) and len(values) == 1
    }


def _constraint(name: str, wanted: object, actual: dict[str, str]) -> Truth:
    """Judge one constraint on the encryption context."""
    if not isinstance(wanted, dict) or not all(isinstance(value, str) for value in wanted.values()):
        return Truth.MAYBE
    if name == "EncryptionContextEquals":
        return truth_of(actual == wanted)
    if name == "EncryptionContextSubset":
        return truth_of(all(actual.get(key) == value for key, value in wanted.items()))
    return Truth.MAYBE


def _constraints(constraints: object, operation: str, request: Request) -> Truth:
    """Judge a grant's constraints; all of them must hold."""
    if constraints is None or operation in _UNCONSTRAINED:
        return Truth.YES
    if not isinstance(constraints, dict):
        return Truth.MAYBE
    actual = _encryption_context(request)
    return all_of(_constraint(str(name), wanted, actual) for name, wanted in constraints.items())


def _is_for_key(key_id: object, resource: str) -> bool:
    """Tell whether a grant that names its key belongs to this one."""
    return key_id is None or (isinstance(key_id, str) and (key_id == resource or resource.endswith(f":key/{key_id}")))


def match_grant(grant: object, name: str, request: Request) -> Match | None:
    """Return how `grant` allows the request, or None where it does not."""
    if not isinstance(grant, dict) or request.service != "kms":
        return None
    grantee = grant.get("GranteePrincipal")
    operations = grant.get("Operations")
    operation = request.action.partition(":")[2].lower()
    listed = operations if isinstance(operations, list) else [operations]
    if not isinstance(grantee, str) or grantee == "*" or not _is_for_key(grant.get("KeyId"), request.resource):
        return None
    if not any(isinstance(item, str) and item.lower() == operation for item in listed):
        return None
    kind = "Service" if grantee == request.caller.text and request.caller.kind == "service" else "AWS"
    naming = names(kind, grantee, request.caller, request.context)
    truth = _constraints(grant.get("Constraints"), operation, request)
    if naming is Naming.NOT or truth is Truth.NO:
        return None
    return Match(Statement(StatementRef(name, 0, None), "Allow", False, False), truth, naming)
