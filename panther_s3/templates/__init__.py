"""Templates of the role and of the notification topic, and links that open them in the AWS Console."""

from __future__ import annotations

from panther_s3.templates.cloudformation import (
    STACK_TAGS,
    notifications_parameters,
    notifications_template,
    role_parameters,
    role_template,
)
from panther_s3.templates.quick_create import (
    PUBLIC_ROLE_TEMPLATE,
    public_template_usable,
    quick_create_url,
    upload_url,
)
from panther_s3.templates.terraform import notifications_terraform, role_terraform

__all__ = [
    "PUBLIC_ROLE_TEMPLATE",
    "STACK_TAGS",
    "notifications_parameters",
    "notifications_template",
    "notifications_terraform",
    "public_template_usable",
    "quick_create_url",
    "role_parameters",
    "role_template",
    "role_terraform",
    "upload_url",
]
