"""The catalogue holds every cause of the contract's table, and what is not readable, answered or to be judged here."""

from __future__ import annotations

from panther_s3.checks.result import CheckId, Status
from tests.catalogue import access, healthy, keys, notifications, trust, values  # noqa: F401 - this fills the catalogue
from tests.catalogue.entries import HEALTHY, MISCONFIGURATIONS, UNKNOWNS

CAUSES = {
    "role.exists": "missing",
    "role.trust": "panther_not_trusted wrong_account external_id_required condition_not_met explicit_deny "
    "assume_role_not_allowed deleted_principal specific_role_trusted secure_transport_not_required",
    "bucket.exists": "missing other_account other_region",
    "bucket.location": "identity_policy permissions_boundary bucket_policy service_control_policy",
    "bucket.list": "identity_policy permissions_boundary bucket_policy service_control_policy",
    "objects.read": "identity_policy permissions_boundary bucket_policy service_control_policy other_account_owner "
    "archived requester_pays customer_provided_key no_objects",
    "kms.key": "missing disabled pending_deletion not_configured mismatch invalid_arn alias_arn",
    "kms.decrypt": "identity_policy permissions_boundary key_policy_denies key_policy_does_not_allow "
    "service_control_policy",
    "notifications.bucket": "missing prefix_not_covered events_not_covered suffix_filter",
    "notifications.topic": "missing other_region fifo other_account",
    "notifications.topic_policy": "s3_publish_not_allowed panther_subscribe_not_allowed explicit_deny no_source_guard",
    "notifications.topic_encryption": "aws_managed_key key_policy_denies_s3 key_disabled",
    "notifications.subscription": "missing pending raw_delivery filter_policy wrong_queue",
}
"""The contract's table; resource control policies cannot be read by anyone but their administrator."""


def test_every_cause_of_every_check_is_there() -> None:
    assert list(CAUSES) == [check.value for check in CheckId]
    wanted = {(check, cause) for check, causes in CAUSES.items() for cause in causes.split()}
    told = {(entry.check, entry.cause) for entry in MISCONFIGURATIONS if entry.cause not in UNKNOWNS}
    assert told == wanted


def test_every_way_not_to_know_is_there() -> None:
    unknown = {entry.cause for entry in MISCONFIGURATIONS if entry.status is Status.UNKNOWN}
    assert unknown == UNKNOWNS
    assert {entry.check for entry in MISCONFIGURATIONS if entry.status is Status.UNKNOWN} >= set(CAUSES) - {
        "bucket.location"
    }


def test_names_are_different_and_enough_is_seeded() -> None:
    names = [entry.name for entry in (*MISCONFIGURATIONS, *HEALTHY)]
    assert len(set(names)) == len(names)
    assert sum(entry.seeded for entry in (*MISCONFIGURATIONS, *HEALTHY)) >= 90
