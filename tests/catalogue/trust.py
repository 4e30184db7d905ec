"""Roles that are not there, or that Panther may not assume."""

from __future__ import annotations

from panther_s3.policies import trust_policy
from tests.catalogue.entries import wrong
from tests.catalogue.scene import OTHER_ACCOUNT, PANTHER_ACCOUNT, Scene, policy, refused, throttled

ASSUME = "sts:AssumeRole"


@wrong("role.exists", "missing", seeded=True)
def no_role(scene: Scene) -> None:
    """The stack was never made, or the role was deleted."""
    scene.role = False


@wrong("role.exists", "missing", seeded=True)
def role_with_another_path(scene: Scene) -> None:
    """IAM finds a role by its name alone, Panther assumes it by its ARN, of which the path is a part."""
    scene.change(log_processing_role_arn=scene.role_arn)
    scene.role_path = "/teams/security/"


@wrong("role.exists", "not_readable")
def role_of_which_nothing_is_told(scene: Scene) -> None:
    """iam:GetRole is not allowed to the operator."""
    scene.role = refused("iam:GetRole")


@wrong("role.exists", "not_answered")
def role_asked_for_too_often(scene: Scene) -> None:
    """IAM throttles."""
    scene.role = throttled()


@wrong("role.trust", "panther_not_trusted", seeded=True, mended=True)
def trust_for_a_service(scene: Scene) -> None:
    """A role made for EC2 trusts no account at all."""
    scene.trust = policy({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": ASSUME})


@wrong("role.trust", "panther_not_trusted", seeded=True, mended=True)
def trust_for_a_user_of_panther(scene: Scene) -> None:
    """Panther's services are roles: a user of its account is none of them."""
    scene.trusted["Principal"] = {"AWS": f"arn:aws:iam::{PANTHER_ACCOUNT}:user/alice"}


@wrong("role.trust", "panther_not_trusted", mended=True)
def trust_of_everyone_but_somebody(scene: Scene) -> None:
    """A trust policy takes no NotPrincipal with Allow (IAM user guide, "NotPrincipal")."""
    scene.trusted["NotPrincipal"] = {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"}
    del scene.trusted["Principal"]


@wrong("role.trust", "panther_not_trusted", mended=True)
def trust_with_a_wildcard_in_the_arn(scene: Scene) -> None:
    """A principal's ARN takes no wildcard (IAM user guide, "Principal"): it names nobody."""
    scene.trusted["Principal"] = {"AWS": f"arn:aws:iam::{PANTHER_ACCOUNT}:role/*"}


@wrong("role.trust", "wrong_account", seeded=True, mended=True)
def trust_of_another_account(scene: Scene) -> None:
    """The account id of another deployment of Panther was pasted."""
    scene.trusted["Principal"] = {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"}


@wrong("role.trust", "wrong_account", seeded=True, mended=True)
def trust_of_another_bare_account_id(scene: Scene) -> None:
    """A bare account id stands for the account's root (IAM user guide, "Principal")."""
    scene.trusted["Principal"] = {"AWS": [OTHER_ACCOUNT]}


@wrong("role.trust", "external_id_required", seeded=True, mended=True)
def external_id(scene: Scene) -> None:
    """Panther sends no ExternalId (Panther's documentation, "Security Without AWS External ID")."""
    scene.trusted["Condition"]["StringEquals"] = {"sts:ExternalId": "acme-7391"}


@wrong("role.trust", "external_id_required", seeded=True, mended=True)
def external_id_by_pattern(scene: Scene) -> None:
    """Condition keys are compared without regard to case, and StringLike wants the key as well."""
    scene.trusted["Condition"] = {"StringLike": {"STS:externalid": "acme-*"}}


@wrong("role.trust", "external_id_required", mended=True)
def external_id_of_a_specific_role(scene: Scene) -> None:
    """Even the role that is named sends no ExternalId."""
    scene.trusted["Principal"] = {"AWS": f"arn:aws:iam::{PANTHER_ACCOUNT}:role/panther-source-api"}
    scene.trusted["Condition"] = {"StringEquals": {"sts:ExternalId": "acme"}}


@wrong("role.trust", "condition_not_met", seeded=True, mended=True)
def trust_with_mfa(scene: Scene) -> None:
    """Services have no MFA device; the console proposes this box when one trusts another account."""
    scene.trusted["Condition"] = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


@wrong("role.trust", "condition_not_met", mended=True)
def trust_through_an_endpoint_of_our_own(scene: Scene) -> None:
    """Panther never comes through a customer's VPC endpoint."""
    scene.trusted["Condition"]["StringEquals"] = {"aws:SourceVpce": "vpce-0a1b2c3d"}


@wrong("role.trust", "condition_not_met", mended=True)
def trust_from_a_private_range(scene: Scene) -> None:
    """Panther comes from no private address."""
    scene.trusted["Condition"]["IpAddress"] = {"aws:SourceIp": ["10.0.0.0/8", "100.64.0.0/10"]}


@wrong("role.trust", "condition_not_met", seeded=True, mended=True)
def trust_without_tls_only(scene: Scene) -> None:
    """Panther calls over TLS: "false" is a slip of the pen."""
    scene.trusted["Condition"] = {"Bool": {"aws:SecureTransport": "false"}}


@wrong("role.trust", "explicit_deny", seeded=True, mended=True)
def trust_denied_without_mfa(scene: Scene) -> None:
    """BoolIfExists meets those without the key, too (IAM user guide, "...IfExists")."""
    scene.trust["Statement"].append(
        {
            "Sid": "WithMfa",
            "Effect": "Deny",
            "Principal": "*",
            "Action": ASSUME,
            "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
        }
    )


@wrong("role.trust", "explicit_deny", mended=True)
def trust_denied_outside_of_a_vpc(scene: Scene) -> None:
    """A negated operator holds where the key is absent."""
    scene.trust["Statement"].append(
        {
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "sts:*",
            "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}},
        }
    )


@wrong("role.trust", "assume_role_not_allowed", seeded=True, mended=True)
def trust_for_another_action(scene: Scene) -> None:
    """Tagging the session is another action than assuming the role."""
    scene.trusted["Action"] = "sts:TagSession"


@wrong("role.trust", "assume_role_not_allowed", mended=True)
def trust_for_a_web_identity(scene: Scene) -> None:
    """sts:AssumeRoleWithWebIdentity is not sts:AssumeRole."""
    scene.trusted["Action"] = ["sts:AssumeRoleWithWebIdentity"]


@wrong("role.trust", "deleted_principal", seeded=True, mended=True)
def trust_of_a_deleted_role(scene: Scene) -> None:
    """IAM keeps the id of a role, and shows it once the role was deleted (IAM user guide, "Principal")."""
    scene.trusted["Principal"] = {"AWS": "AROAEXAMPLEID1234567"}


@wrong("role.trust", "specific_role_trusted", mended=True)
def trust_of_a_specific_role(scene: Scene) -> None:
    """Names of Panther's roles change with a new deployment, and the trust keeps the old one's id."""
    scene.trusted["Principal"] = {"AWS": f"arn:aws:iam::{PANTHER_ACCOUNT}:role/panther-source-api"}


@wrong("role.trust", "specific_role_trusted", mended=True)
def trust_of_roles_by_pattern(scene: Scene) -> None:
    """The account is trusted, but a condition lets some of its roles in only."""
    scene.trusted["Condition"]["ArnLike"] = {"aws:PrincipalArn": f"arn:aws:iam::{PANTHER_ACCOUNT}:role/panther-*"}


@wrong("role.trust", "secure_transport_not_required", seeded=True, mended=True)
def trust_without_a_condition(scene: Scene) -> None:
    """Panther's own template wants TLS."""
    del scene.trusted["Condition"]


@wrong("role.trust", "depends_on_panther")
def trust_from_a_public_range(scene: Scene) -> None:
    """Whether these are Panther's addresses is not known here."""
    scene.trusted["Condition"]["IpAddress"] = {"aws:SourceIp": "203.0.113.0/24"}


@wrong("role.trust", "depends_on_panther")
def trust_within_an_organization(scene: Scene) -> None:
    """Whose organization Panther's account is in is not known here."""
    scene.trusted["Condition"]["StringEquals"] = {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}


@wrong("role.trust", "cannot_judge")
def trust_with_an_unknown_operator(scene: Scene) -> None:
    """An operator that AWS brings tomorrow is not judged today."""
    scene.trusted["Condition"]["StringResembles"] = {"aws:PrincipalArn": "panther"}


@wrong("role.trust", "wrong_account", mended=True)
def trust_of_two_other_accounts_under_old_versions(scene: Scene) -> None:
    """A policy without a Version is one of 2008-10-17; that changes nothing of its principals."""
    del scene.trust["Version"]
    scene.trust["Statement"] = {**trust_policy(scene.panther)["Statement"][0], "Principal": {"AWS": OTHER_ACCOUNT}}
