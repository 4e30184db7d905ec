"""The evaluation itself: how the layers combine.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from panther_s3.access.decision import Decision, Layer
from panther_s3.access.grants import match_grant
from panther_s3.access.layers import Findings, every_level_allows, findings_by_level, findings_of, truth_of_match
from panther_s3.access.matching import Match, Request
from panther_s3.access.policy import PolicyType, as_list
from panther_s3.access.principals import IAM_KINDS, Naming
from panther_s3.access.request import read_request
from panther_s3.access.truth import Truth
from panther_s3.access.verdicts import allowed, cannot_tell, explicitly_denied, implicitly_denied
from panther_s3.arns import parse_arn

RCP_SERVICES = frozenset(("s3", "sts", "kms", "sqs", "secretsmanager"))
"""Services whose resources a resource control policy binds."""

KMS_ACROSS_ACCOUNTS = frozenset(
    f"kms:{name}"
    for name in (
        *("decrypt", "encrypt", "generatedatakey", "generatedatakeywithoutplaintext"),
        *("generatedatakeypair", "generatedatakeypairwithoutplaintext", "reencryptfrom", "reencryptto"),
        *("sign", "verify", "generatemac", "verifymac", "derivesharedsecret"),
        *("creategrant", "describekey", "getkeyrotationstatus", "getpublickey", "listgrants", "retiregrant"),
        "revokegrant",
    )
)
"""What a key's policy can allow to another account; for other operations its permission has no effect.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
"""

_TYPE_BY_SERVICE: dict[str, PolicyType] = {"sts": "trust", "kms": "kms", "sns": "sns"}
_RESOURCE_TYPES: dict[str, PolicyType] = {"trust": "trust", "bucket": "bucket", "kms": "kms", "sns": "sns"}


@dataclass(frozen=True, slots=True)
class _Route:
    """A way to be allowed: how surely it is open, the statement that opens it, and whose it is."""

    truth: Truth
    match: Match | None
    layer: Layer


def _resource_type(given: object, policy: object, request: Request) -> PolicyType | None:
    """Return the kind of the resource policy: as given, else by the request's service where there is a policy."""
    if isinstance(given, str) and given in _RESOURCE_TYPES:
        return _RESOURCE_TYPES[given]
    return None if policy is None else _TYPE_BY_SERVICE.get(request.service, "bucket")


def _must_allow(resource_type: PolicyType | None, request: Request) -> bool:
    """Tell whether the resource's own policy has to allow, as those of roles and keys have, even within an account."""
    if resource_type is not None:
        return resource_type in ("trust", "kms")
    arn = parse_arn(request.resource)
    if request.service == "kms":
        return arn is not None and arn.resource.startswith("key/")
    return request.action.lower().startswith("sts:assumerole")


def _is_bound_by_scps(request: Request, resource_type: PolicyType | None, customer: object) -> bool:
    """Tell whether service control policies reach the caller.

    They bind the principals of the accounts that they hang on, and no service-linked role. Where the request does not
    say whose they are, a caller from elsewhere that assumes a role or uses a topic is taken as an outsider, and every
    other caller as one of the customer's.
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """
    caller = request.caller
    if caller.kind not in IAM_KINDS or caller.is_service_linked:
        return False
    if isinstance(customer, str) and customer:
        return caller.account in (customer, "")
    return request.same_account or (resource_type not in ("trust", "sns") and request.service not in ("sts", "sns"))


def _is_bound_by_rcps(request: Request, customer: object) -> bool:
    """Tell whether resource control policies reach the resource, whoever asks.

    Service principals are bound too, which AWS's own example against confused deputies rests on:
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html
    """
    if request.service not in RCP_SERVICES or request.caller.is_service_linked:
        return False
    return not (isinstance(customer, str) and customer) or request.resource_account in (customer, "")


@dataclass(frozen=True, slots=True)
class _Case:
    """A request together with what every layer says of it."""

    request: Request
    must_allow: bool
    bounded: bool
    identity: Findings
    boundary: Findings
    resource: Findings
    scps: list[Findings]
    rcps: list[Findings]
    grants: Findings

    @property
    def layers(self) -> Iterator[Findings]:
        """All layers, in the order in which AWS looks at them."""
        yield from self.rcps
        yield from self.scps
        yield from (self.resource, self.identity, self.boundary, self.grants)

    @property
    def has_own_policies(self) -> bool:
        """Whether the caller is one that identity policies are attached to."""
        return self.request.caller.kind in IAM_KINDS

    @property
    def identity_allows(self) -> Truth:
        """Whether the caller's policies allow; the root user of an account may do everything."""
        if self.request.caller.kind == "root":
            return Truth.YES
        return truth_of_match(self.identity.best())

    @property
    def boundary_allows(self) -> Truth:
        """Whether the permissions boundary allows, as it does where there is none."""
        return truth_of_match(self.boundary.best()) if self.bounded else Truth.YES

    @property
    def own_side(self) -> Truth:
        """Whether the caller's account allows."""
        return min(self.identity_allows, self.boundary_allows)

    def resource_route(self) -> _Route:
        """Return the way into the resource from outside its account, by any Allow of its policy."""
        match = self.resource.best()
        is_out_of_reach = (
            self.has_own_policies
            and self.request.service == "kms"
            and self.request.action.lower() not in KMS_ACROSS_ACCOUNTS
        )
        return _Route(Truth.NO if is_out_of_reach else truth_of_match(match), match, "resource_policy")

    def routes(self) -> Iterator[_Route]:
        """Yield every way by which the request may be allowed."""
        if not self.has_own_policies:
            yield self.resource_route()
        elif not self.request.same_account:
            route = self.resource_route()
            yield _Route(min(route.truth, self.own_side), route.match, route.layer)
        else:
            yield from self._routes_within_the_account()
        yield from self._routes_by_grant()

    def _routes_within_the_account(self) -> Iterator[_Route]:
        """Yield the ways where caller and resource share an account.

        An Allow for the session, the user or everyone stands by itself, one for the role within its boundary, and one
        for the account leaves it to the account's policies. Only the policies of roles and keys need that one.
        """
        direct, role = self.resource.best(Naming.DIRECT), self.resource.best(Naming.ROLE)
        account = self.resource.best(Naming.ACCOUNT)
        yield _Route(truth_of_match(direct), direct, "resource_policy")
        yield _Route(min(truth_of_match(role), self.boundary_allows), role, "resource_policy")
        delegated = truth_of_match(account) if self.must_allow else Truth.YES
        yield _Route(min(delegated, self.own_side), self.identity.best(), "identity_policy")

    def _routes_by_grant(self) -> Iterator[_Route]:
        """Yield the ways by a KMS grant; AWS does not document what a permissions boundary does to one."""
        for match in self.grants.allows:
            limit = self.own_side if match.naming is Naming.ACCOUNT else max(self.boundary_allows, Truth.MAYBE)
            yield _Route(min(match.truth, limit), match, "grant")

    def missing(self) -> Layer:
        """Return the layer whose Allow is missing."""
        if every_level_allows(self.scps) is Truth.NO:
            return "service_control_policy"
        if not self.has_own_policies or (
            not self.resource.allows and (self.must_allow or not self.request.same_account)
        ):
            return "resource_policy"
        by_role = self.request.same_account and self.resource.best(Naming.ROLE) is not None
        if self.boundary_allows is Truth.NO and (by_role or self.identity_allows is not Truth.NO):
            return "permissions_boundary"
        return "identity_policy"


def _decide(case: _Case) -> Decision:
    """Combine the layers: an explicit deny wins, then what is missing, then what cannot be judged."""
    possible: list[tuple[Match, Layer]] = []
    for findings in case.layers:
        for match in findings.denies:
            if match.truth is Truth.YES:
                return explicitly_denied(match, findings.layer, case.request.action)
            possible.append((match, findings.layer))
    scps_allow = every_level_allows(case.scps)
    route = max(case.routes(), key=lambda way: way.truth)
    verdict = min(route.truth, scps_allow)
    if verdict is Truth.NO:
        return implicitly_denied(case.missing(), case.request.action)
    if possible:
        return cannot_tell(*possible[0], case.request.action)
    if verdict is Truth.MAYBE:
        unsure = (
            (match, findings.layer)
            for findings in case.layers
            for match in findings.allows
            if match.truth is Truth.MAYBE
        )
        return cannot_tell(*next(unsure, (route.match, route.layer)), case.request.action)
    return allowed(route.match, route.layer, case.request.action)


def evaluate(
    request: Mapping[str, object],
    *,
    identity_policies: object = (),
    permissions_boundary: object = None,
    resource_policy: object = None,
    resource_policy_type: object = None,
    service_control_policies: object = (),
    resource_control_policies: object = (),
    grants: object = (),
) -> Decision:
    """Tell whether the policies allow the request.

    `request` has principal, principal_account, action, resource, resource_account and context; customer_account says
    whose the organization's policies are, where caller and resource are of different accounts. In a role's trust policy
    a caller from another account is not bound by `permissions_boundary`, which is then the role's.
    """
    asked = read_request(request)
    caller = asked.caller
    resource_type = _resource_type(resource_policy_type, resource_policy, asked)
    is_assumed_from_elsewhere = resource_type == "trust" and not asked.same_account
    bounded = (
        permissions_boundary is not None
        and caller.kind in IAM_KINDS
        and caller.kind != "root"
        and not is_assumed_from_elsewhere
    )
    own = caller.kind in IAM_KINDS
    customer = request.get("customer_account") if isinstance(request, Mapping) else None
    scps = service_control_policies if _is_bound_by_scps(asked, resource_type, customer) else ()
    rcps = resource_control_policies if _is_bound_by_rcps(asked, customer) else ()
    identities = [(f"identity policy {index}", item) for index, item in enumerate(as_list(identity_policies))]
    boundary = [("permissions boundary", permissions_boundary)] if bounded else []
    granted = (match_grant(grant, f"grant {index}", asked) for index, grant in enumerate(as_list(grants)))
    return _decide(
        _Case(
            request=asked,
            must_allow=_must_allow(resource_type, asked),
            bounded=bounded,
            identity=findings_of("identity_policy", identities if own else [], "identity", asked, bounded=bounded),
            boundary=findings_of("permissions_boundary", boundary, "identity", asked, bounded=bounded),
            resource=findings_of(
                "resource_policy",
                [("resource policy", resource_policy)],
                resource_type or "bucket",
                asked,
                bounded=bounded,
            ),
            scps=findings_by_level("service_control_policy", scps, "scp", asked),
            rcps=findings_by_level("resource_control_policy", rcps, "rcp", asked),
            grants=Findings("grant", allows=[match for match in granted if match is not None]),
        )
    )
