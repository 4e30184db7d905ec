"""Links into the CloudFormation console, in the domain of the region's partition."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from panther_s3.partitions import AWS, Partition, partition_of

PUBLIC_ROLE_TEMPLATE = (
    "https://panther-public-cloudformation-templates.s3-us-west-2.amazonaws.com"
    "/panther-log-analysis-iam/latest/template.yml"
)
"""Panther's own template of the role (panther-auxiliary, cloudformation/README.md)."""


def public_template_usable(partition: Partition) -> bool:
    """Tell whether CloudFormation in `partition` can read Panther's public template.

    It lies in a bucket of the `aws` partition; CloudFormation takes a template from a bucket of its
    own partition only (CloudFormation API, `TemplateURL`).
    """
    return partition is AWS


def quick_create_url(region: str, stack_name: str, template_url: str, parameters: Mapping[str, str]) -> str:
    """Return the link that opens "Quick create stack" with everything filled in.

    The form is CloudFormation's (user guide, "Creating quick-create links for stacks").
    """
    query = {"templateURL": template_url, "stackName": stack_name}
    query |= {f"param_{name}": value for name, value in parameters.items()}
    return f"{_console(region)}#/stacks/create/review?{urlencode(query, quote_via=quote, safe='')}"


def upload_url(region: str, stack_name: str) -> str:
    """Return the link that opens "Create stack", where a template file is uploaded."""
    return f"{_console(region)}#/stacks/create?{urlencode({'stackName': stack_name}, quote_via=quote, safe='')}"


def _console(region: str) -> str:
    code = quote(region, safe="")
    return f"https://{code}.{partition_of(region).console_domain}/cloudformation/home?region={code}"
