"""Templates: valid in every form, equal to the policies in every form, and filled in without a change to the rest."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import hcl2
import pytest
from cfnlint.api import ManualArgs, lint
from hypothesis import example, given, settings
from hypothesis import strategies as st

import assets
from panther_s3 import policies, templates
from panther_s3.demo import EmbeddedAws
from panther_s3.panther import PantherDeployment
from panther_s3.partitions import partition_of
from panther_s3.source import S3Source, role_arn
from tests.cloudformation import load, resolve

ACCOUNT = "111122223333"
REGIONS = {"aws": "us-west-2", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}
TAGS = {"panther:app": "panther", "panther:created-by": "panther-s3-wizard"}
FORMS = list(itertools.product([False, True], [False, True], REGIONS))
IDS = [f"{'key' if key else 'no-key'}-{'managed' if managed else 'own'}-{name}" for key, managed, name in FORMS]
ROLE, TOPIC = "aws_iam_role.log_processing", "aws_sns_topic.notifications"

every_form = pytest.mark.parametrize(("key", "managed", "partition"), FORMS, ids=IDS)
every_partition = pytest.mark.parametrize("partition", REGIONS)


def _source(key: bool = False, managed: bool = False, partition: str = "aws") -> S3Source:
    arn = f"arn:{partition}:kms:{REGIONS[partition]}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    return S3Source(
        name="Cloudtrail Prod",
        aws_account_id=ACCOUNT,
        bucket_name="acme.logs-1",
        kms_key_arn=arn if key else "",
        panther_managed_bucket_notifications_enabled=managed,
    )


def _panther(partition: str = "aws") -> PantherDeployment:
    return PantherDeployment("999988887777", REGIONS[partition])


def _topic(partition: str) -> str:
    return f"arn:{partition}:sns:{REGIONS[partition]}:{ACCOUNT}:panther-notifications-topic"


def _meaning(statements: Iterable[Mapping[str, Any]]) -> set[tuple[Any, ...]]:
    """What the statements allow, whatever their order and whether a list of one is written as one."""

    def several(value: Any) -> frozenset[str]:
        return frozenset([value] if isinstance(value, str) else value)

    def text(value: Any) -> str:
        return json.dumps(value, sort_keys=True)

    known = {"Sid", "Effect", "Action", "Resource", "Principal", "Condition"}
    found = set()
    for each in statements:
        assert each.keys() <= known
        actions, resources = several(each["Action"]), several(each.get("Resource", ""))
        found.add((each["Effect"], actions, resources, text(each.get("Principal")), text(each.get("Condition"))))
    return found


def _of(document: Mapping[str, Any]) -> set[tuple[Any, ...]]:
    assert document["Version"] == "2012-10-17"
    return _meaning(document["Statement"])


# --- CloudFormation ---


def _stack(text: str, partition: str) -> dict[str, Any]:
    return resolve(text, partition=partition, account=ACCOUNT, made={"Topic": _topic(partition), "TopicKey": "a-key"})


@every_form
def test_cloudformations_role_has_the_policies_that_are_shown(key: bool, managed: bool, partition: str) -> None:
    source, panther = _source(key, managed, partition), _panther(partition)
    made = _stack(templates.role_template(source, panther, source.suffix), partition)["Resources"]
    assert set(made) == {"LogProcessingRole"}
    role = made["LogProcessingRole"]["Properties"]
    assert role["RoleName"] == "PantherLogProcessingRole-cloudtrail-prod"
    assert _of(role["AssumeRolePolicyDocument"]) == _of(policies.trust_policy(panther))
    inline = [statement for each in role["Policies"] for statement in each["PolicyDocument"]["Statement"]]
    assert _meaning(inline) == _of(policies.role_policy(source, panther.partition))
    assert len(role["Policies"]) == 1 + key + managed
    assert {tag["Key"]: tag["Value"] for tag in role["Tags"]} == TAGS


@every_partition
def test_cloudformations_topic_has_the_policies_that_are_shown(partition: str) -> None:
    source, panther = _source(partition=partition), _panther(partition)
    made = _stack(templates.notifications_template(source, panther), partition)["Resources"]
    topic = made["Topic"]["Properties"]
    assert topic["TopicName"] == "panther-notifications-topic"
    assert topic["KmsMasterKeyId"] == "<TopicKey.Arn>"
    expected = policies.topic_policy(_topic(partition), source, panther, panther.partition)
    assert _of(made["TopicPolicy"]["Properties"]["PolicyDocument"]) == _of(expected)
    assert made["TopicPolicy"]["Properties"]["Topics"] == [_topic(partition)]
    for tagged in ("Topic", "TopicKey"):
        assert {tag["Key"]: tag["Value"] for tag in made[tagged]["Properties"]["Tags"]} == TAGS


@every_partition
def test_cloudformations_subscription_is_panthers_queue_without_raw_delivery(partition: str) -> None:
    text = templates.notifications_template(_source(partition=partition), _panther(partition))
    subscription = _stack(text, partition)["Resources"]["Subscription"]
    assert subscription["DependsOn"] == "TopicPolicy"
    assert subscription["Properties"] == {
        "TopicArn": _topic(partition),
        "Protocol": "sqs",
        "Endpoint": _panther(partition).queue_arn,
        "RawMessageDelivery": False,
    }


@every_partition
def test_cloudformations_topic_key_lets_s3_use_it_and_the_account_manage_it(partition: str) -> None:
    source, panther = _source(partition=partition), _panther(partition)
    made = _stack(templates.notifications_template(source, panther), partition)["Resources"]
    owner, s3 = made["TopicKey"]["Properties"]["KeyPolicy"]["Statement"]
    assert owner["Principal"] == {"AWS": f"arn:{partition}:iam::{ACCOUNT}:root"}
    assert owner["Action"] == "kms:*"
    assert _meaning([s3]) == _meaning([policies.topic_key_statement(source, panther.partition)])
    assert made["TopicKeyAlias"]["Properties"] == {"AliasName": "alias/a-stack", "TargetKeyId": "a-key"}


def test_cloudformations_topic_can_go_without_a_key() -> None:
    text = templates.notifications_template(_source(), _panther())
    made = resolve(text, {"CreateKey": "false"})["Resources"]
    assert set(made) == {"Topic", "TopicPolicy", "Subscription"}
    assert "KmsMasterKeyId" not in made["Topic"]["Properties"]


def test_the_templates_give_out_what_the_operator_copies() -> None:
    role = templates.role_template(_source(), _panther(), "a")
    topic = templates.notifications_template(_source(), _panther())
    made = {"LogProcessingRole.Arn": "the role", "Topic": "the topic"}
    assert resolve(role, made=made)["Outputs"]["RoleARN"]["Value"] == "the role"
    assert resolve(topic, made=made)["Outputs"]["SnsTopicArn"]["Value"] == "the topic"


@every_form
def test_parameters_alone_make_the_same_role_as_filled_in_defaults(key: bool, managed: bool, partition: str) -> None:
    source, panther = _source(key, managed, partition), _panther(partition)
    parameters = templates.role_parameters(source, panther, "other")
    bare = resolve(assets.read_text("templates/role.cloudformation.yml"), parameters, partition=partition)
    assert bare == resolve(templates.role_template(source, panther, "other"), partition=partition)


@pytest.mark.parametrize("with_key", [True, False])
def test_parameters_alone_make_the_same_topic_as_filled_in_defaults(with_key: bool) -> None:
    parameters = templates.notifications_parameters(_source(), _panther(), "mine", with_key=with_key)
    bare = resolve(assets.read_text("templates/notifications.cloudformation.yml"), parameters)
    filled = resolve(templates.notifications_template(_source(), _panther(), "mine", with_key=with_key))
    assert bare == filled
    assert ("TopicKey" in filled["Resources"]) is with_key


def _findings(text: str, region: str) -> list[str]:
    return [f"{each.rule.id} {each.message}" for each in lint(text, config=ManualArgs(regions=[region]))]


@every_form
def test_a_linter_of_templates_finds_nothing_in_the_roles(key: bool, managed: bool, partition: str) -> None:
    text = templates.role_template(_source(key, managed, partition), _panther(partition), "cloudtrail-prod")
    assert _findings(text, REGIONS[partition]) == []


@every_partition
def test_a_linter_of_templates_finds_nothing_in_the_topics(partition: str) -> None:
    text = templates.notifications_template(_source(partition=partition), _panther(partition))
    assert _findings(text, REGIONS[partition]) == []


def test_the_linter_would_notice_a_property_that_is_none() -> None:
    text = templates.role_template(_source(), _panther(), "a").replace("MaxSessionDuration", "MaxDuration")
    assert _findings(text, "us-west-2")


# --- Terraform ---


class Terraform:
    """A Terraform file with its variables' defaults put in, as far as our own files go."""

    def __init__(self, text: str, made: Mapping[str, str] | None = None, **variables: Any) -> None:
        document = hcl2.loads(text)
        declared = {name: block for each in document["variable"] for name, block in each.items()}
        self.variables = {_unquoted(name): self.value(block["default"]) for name, block in declared.items()}
        assert variables.keys() <= self.variables.keys()
        self.variables |= variables
        self.made = made or {}
        self.outputs = self._blocks(document["output"])
        self.resources = {
            f"{_unquoted(kind)}.{name}": block
            for each in document["resource"]
            for kind, named in each.items()
            for name, block in self._blocks([named]).items()
        }

    def value(self, written: Any) -> Any:
        """Return what `written` comes to; strings keep their quotes and expressions their braces in python-hcl2."""
        if isinstance(written, list):
            return [self.value(item) for item in written]
        if isinstance(written, dict):
            return {_unquoted(key): self.value(item) for key, item in written.items() if key != "__is_block__"}
        if not isinstance(written, str):
            return written
        if written.startswith('"'):
            text = json.loads(written)
            return re.sub(r"\$(\$\{)|%(%\{)|\$\{(.+?)\}", lambda one: one[1] or one[2] or self.name(one[3]), text)
        return self._expression(written.removeprefix("${").removesuffix("}"))

    def name(self, name: str) -> Any:
        """Return what a variable, a number, null or an attribute of a resource comes to."""
        if name.startswith("var."):
            return self.variables[name.removeprefix("var.")]
        if name == "null" or name.isdecimal():
            return json.loads(name)
        return self.made.get(name, f"<{name}>")

    def _expression(self, text: str) -> Any:
        if call := re.fullmatch(r"jsonencode\((.*)\)", text, flags=re.DOTALL):
            return self.value(hcl2.loads(f"x = {call[1]}\n")["x"])
        if choice := re.fullmatch(r'(\S+)(?: == ("[^"]*"))? \? (\S+) : (\S+)', text):
            asked = self.name(choice[1])
            holds = asked == json.loads(choice[2]) if choice[2] else asked
            return self.name(choice[3] if holds else choice[4])
        return self.name(text)

    def _blocks(self, written: list[dict[str, Any]]) -> dict[str, Any]:
        blocks = {_unquoted(name): self.value(block) for each in written for name, block in each.items()}
        return {name: block for name, block in blocks.items() if block.get("count", 1)}


def _unquoted(text: str) -> str:
    return text.removeprefix('"').removesuffix('"')


@every_form
def test_terraforms_role_is_cloudformations(key: bool, managed: bool, partition: str) -> None:
    source, panther = _source(key, managed, partition), _panther(partition)
    made = Terraform(templates.role_terraform(source, panther, source.suffix, panther.partition)).resources
    role = made.pop(ROLE)
    stack = _stack(templates.role_template(source, panther, source.suffix), partition)["Resources"]
    twin = stack["LogProcessingRole"]["Properties"]
    assert role["name"] == twin["RoleName"]
    assert role["description"] == twin["Description"]
    assert role["max_session_duration"] == twin["MaxSessionDuration"]
    assert role["tags"] == TAGS
    trust = _of(role["assume_role_policy"])
    assert trust == _of(twin["AssumeRolePolicyDocument"]) == _of(policies.trust_policy(panther))
    assert all(each["role"] == f"<{ROLE}.id>" for each in made.values())
    inline = {each["name"]: _of(each["policy"]) for each in made.values()}
    assert inline == {each["PolicyName"]: _of(each["PolicyDocument"]) for each in twin["Policies"]}
    assert set().union(*inline.values()) == _of(policies.role_policy(source, panther.partition))


@every_partition
def test_terraforms_topic_is_cloudformations(partition: str) -> None:
    source, panther = _source(partition=partition), _panther(partition)
    arn = _topic(partition)
    made = Terraform(
        templates.notifications_terraform(source, panther, panther.partition),
        {f"{TOPIC}.arn": arn},
    ).resources
    stack = _stack(templates.notifications_template(source, panther), partition)["Resources"]
    topic, key = made[TOPIC], made["aws_kms_key.topic"]
    twin = {name: each["Properties"] for name, each in stack.items()}
    assert topic["name"] == twin["Topic"]["TopicName"]
    assert topic["kms_master_key_id"] == "<aws_kms_key.topic[0].arn>"
    assert topic["tags"] == key["tags"] == TAGS
    assert key["enable_key_rotation"] is twin["TopicKey"]["EnableKeyRotation"] is True
    assert _of(key["policy"]) == _of(twin["TopicKey"]["KeyPolicy"])
    assert made["aws_kms_alias.topic"]["target_key_id"] == "<aws_kms_key.topic[0].key_id>"
    policy = made["aws_sns_topic_policy.notifications"]
    shown = policies.topic_policy(arn, source, panther, panther.partition)
    assert policy["arn"] == arn
    assert _of(policy["policy"]) == _of(twin["TopicPolicy"]["PolicyDocument"]) == _of(shown)
    assert made["aws_sns_topic_subscription.panther"] == {
        "topic_arn": arn,
        "protocol": "sqs",
        "endpoint": twin["Subscription"]["Endpoint"],
        "raw_message_delivery": False,
        "depends_on": ["<aws_sns_topic_policy.notifications>"],
    }


def test_terraforms_topic_can_go_without_a_key() -> None:
    panther = _panther()
    text = templates.notifications_terraform(_source(), panther, panther.partition)
    made = Terraform(text, create_key=False).resources
    assert set(made) == {TOPIC, "aws_sns_topic_policy.notifications", "aws_sns_topic_subscription.panther"}
    assert made[TOPIC]["kms_master_key_id"] is None


def test_terraform_gives_out_what_the_operator_copies() -> None:
    panther = _panther()
    role = Terraform(templates.role_terraform(_source(), panther, "a", panther.partition))
    topic = Terraform(templates.notifications_terraform(_source(), panther, panther.partition, "mine"))
    assert role.outputs["role_arn"]["value"] == f"<{ROLE}.arn>"
    assert topic.outputs["sns_topic_arn"]["value"] == f"<{TOPIC}.arn>"
    assert topic.resources[TOPIC]["name"] == "mine"


# --- filling in ---


def _filled() -> dict[str, str]:
    """Every template, filled in with values that are none of the defaults."""
    source, panther = _source(key=True, managed=True), _panther()
    partition = panther.partition
    return {
        "role.cloudformation.yml": templates.role_template(source, panther, "mine"),
        "notifications.cloudformation.yml": templates.notifications_template(source, panther, "mine"),
        "role.tf": templates.role_terraform(source, panther, "mine", partition),
        "notifications.tf": templates.notifications_terraform(source, panther, partition, "mine"),
    }


@pytest.mark.parametrize("name", _filled())
def test_filling_in_changes_the_defaults_and_nothing_else(name: str) -> None:
    text, asset = _filled()[name], assets.read_text(f"templates/{name}")
    pairs = list(zip(asset.splitlines(), text.splitlines(), strict=True))
    changed = [(before, after) for before, after in pairs if before != after]
    assert len(changed) == {"role.cloudformation.yml": 5, "role.tf": 7}.get(name, 4 if name.endswith("yml") else 6)
    start = re.compile(r"    Default: |  default     = ")
    assert all(start.match(before) and start.match(after) for before, after in changed)
    assert len([after for _, after in pairs if after.lstrip().startswith("#")]) >= 4


@pytest.mark.parametrize("name", _filled())
def test_nothing_is_left_to_be_filled_in(name: str) -> None:
    # who manages the key is left to the account's own policies, as in Panther's template
    text = re.sub(r"^  SnsLogProcessingCmkMgmtRoleArn:\n(    .*\n)*", "", _filled()[name], flags=re.MULTILINE)
    assert not re.search(r"^\s+[Dd]efault(: |\s+= )(\"\")?$", text, flags=re.MULTILINE)


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-cn"])
def test_a_role_may_be_named_that_alone_manages_the_topics_key(partition: str) -> None:
    role = f"arn:{partition}:iam::{ACCOUNT}:role/key-admin"
    text = templates.notifications_template(_source(partition=partition), _panther(partition))
    named = resolve(text, {"SnsLogProcessingCmkMgmtRoleArn": role})
    (managing, _) = named["Resources"]["TopicKey"]["Properties"]["KeyPolicy"]["Statement"]
    assert managing["Principal"] == {"AWS": role}


def test_every_parameter_is_given_so_that_a_stack_can_be_compared_with_what_was_asked_for() -> None:
    source, panther = _source(), _panther()
    role = load(templates.role_template(source, panther, "mine"))["Parameters"]
    topic = load(templates.notifications_template(source, panther))["Parameters"]
    assert templates.role_parameters(source, panther, "mine").keys() == role.keys()
    assert templates.notifications_parameters(source, panther).keys() == topic.keys()


PRINTABLE = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "))
HOSTILE = ('"; drop', "a\\b", "\\", "${AWS::AccountId}", "%{if}", "'", "\\1\\g<0>", ": #", "!Ref X", "é", "\\${x}")


def hostile(test: Any) -> Any:
    for value in HOSTILE:
        test = example(value)(test)
    return test


@hostile
@example("\N{GRINNING FACE}")
@given(PRINTABLE)
def test_any_value_survives_in_cloudformation(value: str) -> None:
    text = templates.role_template(replace(_source(), kms_key_arn=value), _panther(), value)
    declared = load(text)["Parameters"]
    assert declared["KmsKey"]["Default"] == declared["RoleSuffix"]["Default"] == value
    assert declared["S3Bucket"]["Default"] == "acme.logs-1"


def readable_again(value: str) -> bool:
    """Whether python-hcl2 reads the escaped value: it takes a template that opens and does not close for an error."""
    return not any(mark in value for mark in ("$$", "%%", "${", "%{"))


@pytest.mark.parametrize(("value", "written"), [("a${", '"a$${"'), ("%{", '"%%{"'), ("${x} %{if}", '"$${x} %%{if}"')])
def test_what_would_open_a_template_is_doubled(value: str, written: str) -> None:
    panther = _panther()
    text = templates.role_terraform(_source(), panther, value, panther.partition)
    assert f"  default     = {written}\n" in text


@hostile
@settings(max_examples=30)
@given(PRINTABLE.filter(readable_again))
def test_any_value_survives_in_terraform(value: str) -> None:
    panther = _panther()
    text = templates.role_terraform(replace(_source(), kms_key_arn=value), panther, value, panther.partition)
    variables = Terraform(text).variables
    assert variables["kms_key_arn"] == variables["role_suffix"] == value
    assert variables["s3_bucket_name"] == "acme.logs-1"


@pytest.mark.parametrize("value", ["a\nb", "a\x1bb", "a\u2028b"])
def test_a_control_character_fits_in_no_template(value: str) -> None:
    source, panther = replace(_source(), bucket_name=value), _panther()
    for make in (templates.role_template, templates.role_terraform):
        with pytest.raises(ValueError, match="control character"):
            make(source, panther, "a", *[panther.partition] * (make is templates.role_terraform))


# --- the role, really made ---


@pytest.mark.parametrize(("key", "managed"), itertools.product([False, True], repeat=2))
def test_the_stack_makes_the_role_that_was_shown(
    embedded_aws: EmbeddedAws, aws_environment: None, key: bool, managed: bool
) -> None:
    import boto3

    source, panther = _source(key, managed), _panther()
    suffix = f"really-made-{key}-{managed}".lower()
    session = boto3.Session(profile_name="default", region_name="us-west-2")
    stacks, iam = session.client("cloudformation"), session.client("iam")
    stack = stacks.create_stack(
        StackName=f"panther-log-analysis-setup-{suffix}",
        TemplateBody=templates.role_template(source, panther, suffix),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )["StackId"]
    stacks.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    outputs = stacks.describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    arn = role_arn(ACCOUNT, suffix, partition_of("us-west-2"))
    assert [(each["OutputKey"], each["OutputValue"]) for each in outputs] == [("RoleARN", arn)]
    name = arn.rsplit("/", 1)[1]
    role = iam.get_role(RoleName=name)["Role"]
    assert role["Arn"] == arn
    assert _of(role["AssumeRolePolicyDocument"]) == _of(policies.trust_policy(panther))
    tags = {tag["Key"]: tag["Value"] for tag in iam.list_role_tags(RoleName=name)["Tags"]}
    assert {key: value for key, value in tags.items() if not key.startswith("aws:")} == TAGS
    inline = [
        iam.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"]
        for each in iam.list_role_policies(RoleName=name)["PolicyNames"]
    ]
    assert set().union(*map(_of, inline)) == _of(policies.role_policy(source, panther.partition))
