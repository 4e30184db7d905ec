"""Links into the CloudFormation console: what goes in comes out, in the partition's own domain."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from panther_s3.panther import PantherDeployment
from panther_s3.partitions import PARTITIONS, REGIONS, partition_of
from panther_s3.source import S3Source
from panther_s3.templates import (
    PUBLIC_ROLE_TEMPLATE,
    public_template_usable,
    quick_create_url,
    role_parameters,
    upload_url,
)

DOMAINS = {
    "us-west-2": "us-west-2.console.aws.amazon.com",
    "us-gov-west-1": "us-gov-west-1.console.amazonaws-us-gov.com",
    "cn-north-1": "cn-north-1.console.amazonaws.cn",
}
TEXT = st.text(max_size=40)


def _parts(url: str) -> tuple[str, str, dict[str, str]]:
    """Host, the console's own page, and what the page is told."""
    outer = urlsplit(url)
    assert outer.scheme == "https"
    assert outer.path == "/cloudformation/home"
    inner = urlsplit(outer.fragment)
    assert not inner.fragment
    told = parse_qsl(inner.query, keep_blank_values=True, strict_parsing=True)
    assert len(told) == len(dict(told))
    return outer.netloc, inner.path, dict(told)


@given(TEXT, TEXT, st.dictionaries(st.text(min_size=1, max_size=20), TEXT, max_size=5))
@example("a&b=c#d", "https://x/y?z=1&w=2#f", {"A": "100% + 'é' \"q\" /;?:@\n", "B": ""})
def test_the_link_read_back_gives_what_was_put_in(stack: str, template: str, parameters: dict[str, str]) -> None:
    host, page, told = _parts(quick_create_url("us-west-2", stack, template, parameters))
    assert host == DOMAINS["us-west-2"]
    assert page == "/stacks/create/review"
    assert told.pop("templateURL") == template
    assert told.pop("stackName") == stack
    assert told == {f"param_{name}": value for name, value in parameters.items()}


@given(TEXT)
@example("a b&c=#d+%e")
def test_the_link_to_upload_a_template_read_back_gives_the_stack(stack: str) -> None:
    assert _parts(upload_url("cn-north-1", stack)) == (DOMAINS["cn-north-1"], "/stacks/create", {"stackName": stack})


@given(TEXT, TEXT)
def test_a_link_is_plain_ascii_without_blanks(stack: str, value: str) -> None:
    url = quick_create_url("us-west-2", stack, value, {"S3Bucket": value})
    assert url.isascii()
    assert not set(url) & set(" \n\t\"'<>\\^`{|}")


@pytest.mark.parametrize("region", DOMAINS)
def test_the_link_lies_in_the_partitions_domain_and_names_its_region(region: str) -> None:
    for url in (quick_create_url(region, "a", "b", {}), upload_url(region, "a")):
        assert urlsplit(url).netloc == DOMAINS[region]
        assert urlsplit(url).query == f"region={region}"


@pytest.mark.parametrize("region", REGIONS)
def test_every_proposed_region_has_its_link(region: str) -> None:
    host = urlsplit(upload_url(region, "a")).netloc
    assert host == f"{region}.{partition_of(region).console_domain}"


def test_a_region_that_is_none_changes_no_host() -> None:
    assert urlsplit(upload_url("evil.example/#", "a")).netloc.endswith(".console.aws.amazon.com")


def test_panthers_own_template_is_read_in_its_own_partition_only() -> None:
    assert {name for name, each in PARTITIONS.items() if public_template_usable(each)} == {"aws"}


def test_the_roles_link_gives_all_that_panthers_template_asks() -> None:
    source = S3Source(name="Cloudtrail Prod", aws_account_id="111122223333", bucket_name="acme-logs")
    parameters = role_parameters(source, PantherDeployment("999988887777", "us-west-2"), source.suffix)
    told = _parts(quick_create_url("us-west-2", "a", PUBLIC_ROLE_TEMPLATE, parameters))[2]
    assert told == {
        "templateURL": PUBLIC_ROLE_TEMPLATE,
        "stackName": "a",
        "param_MasterAccountId": "999988887777",
        "param_RoleSuffix": "cloudtrail-prod",
        "param_S3Bucket": "acme-logs",
        "param_KmsKey": "",
        "param_ManagedBucketNotifications": "false",
    }
