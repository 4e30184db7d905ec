"""What surrounds a mend: its diff, the former document kept in a file, the way back, and nobody locked out."""

from __future__ import annotations

import json
import os
import shlex
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_s3.mending import Mend, MendKind, as_diff
from panther_s3.mending.documents import same_document, with_statement
from panther_s3.mending.keeping import default_folder, keep_before, keep_rules, undo_command
from panther_s3.mending.lockout import lockout_by
from panther_s3.notifications import plan_rules
from panther_s3.problems import Problem, ProblemKind
from panther_s3.source import S3Source
from tests.unit.mending.made import ACCOUNT, KEY, LET_ACCOUNT, OTHER, ROLE, TOPIC, policy

ALLOW = {"Sid": "A", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "x"}
OPERATOR = f"arn:aws:iam::{ACCOUNT}:user/operator"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/me"


def made(kind: MendKind, target: str, **more: object) -> Mend:
    values = {"policy_name": "", "region": "", "owner": "", "before": policy(ALLOW), "after": policy(), "summary": "x."}
    return Mend(kind=kind, target=target, **{**values, **more})  # type: ignore[arg-type]


INLINE = made(MendKind.ROLE_POLICY, ROLE, policy_name="Read data")
BUCKET = made(MendKind.BUCKET, "acme-logs", region="us-west-2", owner=ACCOUNT)


def test_a_diff_marks_what_comes_and_goes_and_no_comma_for_a_change() -> None:
    lines = as_diff(policy(ALLOW), policy(ALLOW, {**ALLOW, "Sid": "B", "Resource": "y"}))
    assert [line for line in lines if line[0] == "-"] == []
    assert '+       "Sid": "B",' in lines
    assert "      }," not in [line for line in lines if line[0] == "+"]
    assert lines[0] == "  …"


def test_a_new_document_comes_whole_and_an_unchanged_one_has_no_diff() -> None:
    assert all(line.startswith("+ ") for line in as_diff(None, policy(ALLOW)))
    assert as_diff(policy(ALLOW), policy(ALLOW)) == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (policy(ALLOW), {"Version": "2012-10-17", "Statement": ALLOW}, True),
        (policy({**ALLOW, "Action": ["s3:b", "s3:a"]}), policy({**ALLOW, "Action": ["S3:A", "s3:B"]}), True),
        (policy({**ALLOW, "Principal": {"AWS": ACCOUNT}}),
         policy({**ALLOW, "Principal": {"AWS": [f"arn:aws:iam::{ACCOUNT}:root"]}}), True),
        (policy({**ALLOW, "Condition": {"Bool": {"aws:SecureTransport": True}}}),
         policy({**ALLOW, "Condition": {"Bool": {"AWS:SecureTransport": ["true"]}}}), True),
        (policy({**ALLOW, "Principal": "*"}), policy({**ALLOW, "Principal": {"AWS": "*"}}), False),
        (policy({**ALLOW, "Resource": "X"}), policy(ALLOW), False),
        (policy(ALLOW), policy(ALLOW, version=None), False),
        (policy(ALLOW, ALLOW), policy(ALLOW), False),
        (policy(ALLOW), None, False),
        (None, None, True),
    ],
)  # fmt: skip
def test_documents_that_aws_stores_alike_are_the_same(one: object, other: object, same: bool) -> None:
    assert same_document(one, other) is same  # type: ignore[arg-type]


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=4),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
                    max_leaves=6)  # fmt: skip
ELEMENTS = st.sampled_from(["Sid", "Effect", "Action", "Resource", "Principal", "Condition"])
GARBAGE = st.dictionaries(ELEMENTS, JSON, max_size=5) | JSON


@given(written=st.lists(GARBAGE, max_size=4), more=st.dictionaries(st.sampled_from(["Id", "Version"]), JSON))
def test_whatever_json_is_there_stays_and_a_statement_is_added_once(
    written: list[object], more: dict[str, object]
) -> None:
    document = {**more, "Statement": written}
    once = with_statement(document, ALLOW)
    assert once["Statement"][: len(written)] == written
    assert {k: v for k, v in once.items() if k != "Statement"} == more
    assert with_statement(once, ALLOW) == once
    assert same_document(once, json.loads(json.dumps(once)))


def test_the_former_document_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        kept = keep_before(BUCKET, "prod", tmp_path / "state" / "before")
    finally:
        os.umask(old)
    assert kept.path is not None
    assert json.loads(kept.path.read_text()) == BUCKET.before
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.path.parent.stat().st_mode) == 0o700
    assert "bucket-acme-logs" in kept.path.name
    assert str(kept.path) in kept.command
    assert keep_before(BUCKET, "prod", tmp_path / "state" / "before").path != kept.path


def test_hostile_names_stay_within_the_folder(tmp_path: Path) -> None:
    kept = keep_before(made(MendKind.TOPIC, TOPIC + "/../../[b]\x1b;rm" + "x" * 300), None, tmp_path)
    assert kept.path is not None
    assert kept.path.parent == tmp_path.resolve()


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_changed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem) as raised:
        keep_before(BUCKET, None, tmp_path / "file" / "before")
    assert "Nothing was changed" in raised.value.remedy


def test_the_folder_is_in_the_operators_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_folder().parts[-2:] == ("panther-s3-wizard", "before")


def test_a_document_that_was_not_there_is_taken_away_again(tmp_path: Path) -> None:
    kept = keep_before(replace(INLINE, before=None), None, tmp_path / "never")
    assert kept.path is None
    assert not (tmp_path / "never").exists()
    assert shlex.split(kept.command) == [
        "aws", "iam", "delete-role-policy", "--role-name", INLINE.role_name, "--policy-name", "Read data",
    ]  # fmt: skip
    assert "delete-bucket-policy --bucket acme-logs --expected-bucket-owner" in undo_command(BUCKET, None, None)


def test_the_former_notifications_are_kept_with_the_command_that_restores_them(tmp_path: Path) -> None:
    source = S3Source("x", "111122223333", "acme-logs")
    before: dict[str, object] = {"EventBridgeConfiguration": {}}
    plan = plan_rules({**before, "ResponseMetadata": {}}, source, TOPIC)
    kept = keep_rules(plan, "us-west-2", "prod", tmp_path / "before")
    assert kept.path is not None
    assert json.loads(kept.path.read_text()) == before
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert kept.path.name.endswith("-notifications-acme-logs.json")
    assert shlex.split(kept.command) == [
        "aws", "s3api", "put-bucket-notification-configuration", "--bucket", "acme-logs",
        "--notification-configuration", f"file://{kept.path}", "--expected-bucket-owner", "111122223333",
        "--region", "us-west-2", "--profile", "prod",
    ]  # fmt: skip


def test_an_empty_configuration_is_kept_as_well_since_putting_it_back_takes_all_rules_out(tmp_path: Path) -> None:
    kept = keep_rules(plan_rules({}, S3Source("x", "", "b"), TOPIC), "", None, tmp_path)
    assert kept.path is not None
    assert json.loads(kept.path.read_text()) == {}
    assert "--expected-bucket-owner" not in kept.command


@pytest.mark.parametrize(
    "mend",
    [
        INLINE,
        made(MendKind.TRUST, ROLE),
        BUCKET,
        made(MendKind.KEY, KEY, region="us-west-2"),
        made(MendKind.TOPIC, TOPIC, region="us-west-2"),
    ],
    ids=lambda mend: mend.kind.name,
)
def test_the_way_back_is_a_command_that_the_aws_cli_knows(mend: Mend) -> None:
    from botocore import xform_name
    from botocore.session import get_session

    words = shlex.split(undo_command(mend, Path("/a b/x.json"), "my profile"))
    service = {"s3api": "s3"}.get(words[1], words[1])
    model = get_session().get_service_model(service)
    (operation,) = [name for name in model.operation_names if xform_name(name, "-") == words[2]]
    members = {xform_name(name, "-") for name in model.operation_model(operation).input_shape.members}  # type: ignore[union-attr]
    flags = {word.removeprefix("--") for word in words if word.startswith("--")}
    assert flags - {"region", "profile"} <= members
    required = {xform_name(name, "-") for name in model.operation_model(operation).input_shape.required_members}  # type: ignore[union-attr]
    assert required <= flags
    assert "file:///a b/x.json" in words
    assert words[-2:] == ["--profile", "my profile"]


@pytest.mark.parametrize("caller", [OPERATOR, SESSION])
def test_a_key_policy_that_keeps_its_administrators_is_put(caller: str) -> None:
    after = policy(LET_ACCOUNT, {"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"})
    assert lockout_by(policy(LET_ACCOUNT), after, KEY, caller) is None


@pytest.mark.parametrize(
    ("before", "after", "who"),
    [
        ([LET_ACCOUNT], [], ":root"),
        ([LET_ACCOUNT], [{**LET_ACCOUNT, "Action": "kms:Decrypt"}], ":root"),
        ([LET_ACCOUNT], [LET_ACCOUNT, {**LET_ACCOUNT, "Effect": "Deny", "Action": "kms:Put*"}], ":root"),
        ([LET_ACCOUNT, {**LET_ACCOUNT, "Principal": {"AWS": OPERATOR}}],
         [LET_ACCOUNT, {**LET_ACCOUNT, "Effect": "Deny", "Principal": {"AWS": OPERATOR}}], "user/operator"),
        ([{**LET_ACCOUNT, "Principal": {"AWS": OPERATOR}}], [{**LET_ACCOUNT, "Principal": {"AWS": OTHER}}],
         "user/operator"),
    ],
)  # fmt: skip
def test_a_key_policy_that_locks_out_is_refused(before: list[object], after: list[object], who: str) -> None:
    problem = lockout_by(policy(*before), policy(*after), KEY, OPERATOR)
    assert problem is not None
    assert problem.kind is ProblemKind.INVALID
    assert who in problem.title
