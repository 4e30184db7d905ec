"""The rules of every field, each a pure function of the text in it.

A `*_fault` function returns "" where the value can be used, else one sentence that tells the rule
and what to change. A `*_warning` function returns "" or a sentence on a value that can be used but
may not be what is meant. Values are expected as `panther_s3.text.clean_paste` leaves them. The
rules over a whole source are in `panther_s3.rules.findings`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from panther_s3.rules.alarm import (
        NO_ALARM,
        PERIODS,
        alarm_fault,
        alarm_meaning,
        alarm_minutes,
        alarm_parts,
        alarm_words,
    )
    from panther_s3.rules.arns import (
        kms_key_fault,
        kms_key_warning,
        role_arn_fault,
        topic_arn_fault,
    )
    from panther_s3.rules.bucket import bucket_name_fault, bucket_name_from, clean_bucket_name
    from panther_s3.rules.names import (
        account_id_fault,
        mfa_code_fault,
        name_fault,
        other_account_warning,
        other_partition_fault,
        panther_account_fault,
        region_fault,
        region_warning,
        role_suffix_fault,
        same_account_warning,
    )
    from panther_s3.rules.objects import (
        envelope_field_fault,
        exclusion_fault,
        exclusion_warning,
        log_type_fault,
        log_type_warning,
        notification_suffix_fault,
        prefix_fault,
        xml_root_fault,
    )

__all__ = [
    "NO_ALARM",
    "PERIODS",
    "account_id_fault",
    "alarm_fault",
    "alarm_meaning",
    "alarm_minutes",
    "alarm_parts",
    "alarm_words",
    "bucket_name_fault",
    "bucket_name_from",
    "clean_bucket_name",
    "envelope_field_fault",
    "exclusion_fault",
    "exclusion_warning",
    "kms_key_fault",
    "kms_key_warning",
    "log_type_fault",
    "log_type_warning",
    "mfa_code_fault",
    "name_fault",
    "notification_suffix_fault",
    "other_account_warning",
    "other_partition_fault",
    "panther_account_fault",
    "prefix_fault",
    "region_fault",
    "region_warning",
    "role_arn_fault",
    "role_suffix_fault",
    "same_account_warning",
    "topic_arn_fault",
    "xml_root_fault",
]

_MODULES = ("names", "bucket", "arns", "objects", "alarm")


def __getattr__(name: str) -> Any:
    """Load the module of a rule when the rule is first wanted: the first screen needs few of them."""
    if name in __all__:
        for module in _MODULES:
            found = import_module(f"panther_s3.rules.{module}")
            if hasattr(found, name):
                return getattr(found, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
