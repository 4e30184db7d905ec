"""What keeps a file from being applied: told with file, line and rule, or as the source's own problem."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from panther_s3.demo import EmbeddedAws
from tests.faults import Faults
from tests.flow.accounts import Scene
from tests.recorder import recording
from tests.unattended.conftest import Apply
from tests.unattended.files import file_for, source_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def scene(embedded_aws: EmbeddedAws) -> Scene:
    return Scene.of("topic by the stack", embedded_aws.endpoint_url)


@pytest.mark.parametrize(
    ("orders", "words"),
    [
        ({"iam_role": None}, "onboarding.iam_role: This key is required"),
        ({"changes": None}, "onboarding.changes: This key is required"),
        ({"notifications": None}, "onboarding.notifications: This key is required"),
        ({"iam_role": "create_stak"}, "onboarding.iam_role: Use one of create_stack"),
        ({"changes": "maybe"}, "onboarding.changes: Use one of allow, plan"),
        ({"on_failed_checks": True}, "onboarding.on_failed_checks: YAML reads True as a truth value"),
        ({"save_to": ["x"]}, "onboarding.save_to: Use text here"),
        ({"notfications": "skip"}, "onboarding.notfications: There is no such key here. Did you mean notifications?"),
        ({"notifications": "existing_topic"}, "sources[0].topic_arn: Name the topic"),
    ],
)
def test_what_is_not_answered_is_told_with_line_and_rule_before_anything_is_asked(
    orders: dict[str, object], words: str, scene: Scene, apply: Apply
) -> None:
    with recording(scene.account.endpoint_url) as recorder:
        result = apply(scene, file_for(scene, **orders), endpoint_url=recorder.endpoint_url)
        assert recorder.calls == []
    assert result.code == 2
    assert result.stdout == ""
    assert words.lower() in result.stderr.lower()
    assert "sources.yml, line " in result.stderr


def test_a_file_without_the_section_is_refused(scene: Scene, apply: Apply) -> None:
    text = file_for(scene)
    result = apply(scene, text[: text.index("onboarding:")])
    assert result.code == 2
    assert "onboarding: This key is required" in result.stderr


def test_notifications_that_panther_manages_are_not_made_here_as_well(scene: Scene, apply: Apply) -> None:
    managed = source_of(scene, panther_managed_bucket_notifications_enabled=True)
    result = apply(scene, file_for(sources=[managed]))
    assert result.code == 2
    assert "Leave this out: Panther manages" in result.stderr


def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_asked(scene: Scene, apply: Apply) -> None:
    Path("taken").write_text("a file")
    with recording(scene.account.endpoint_url) as recorder:
        result = apply(scene, file_for(scene, save_to="taken/out"), endpoint_url=recorder.endpoint_url)
        assert recorder.calls == []
    assert result.code == 2
    assert "onboarding.save_to: Name a folder" in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("other.yml",), "Give one file"),
        (("--profile", "nobody"), "nobody"),
        (("--region", "nowhere"), "nowhere"),
    ],
)
def test_bad_usage_is_told_and_asks_nothing(words: tuple[str, ...], said: str, scene: Scene, apply: Apply) -> None:
    result = apply(scene, file_for(scene), *words)
    assert result.code == 2
    assert said in result.stderr


def test_the_format_goes_with_a_file_to_apply() -> None:
    command = [sys.executable, "-m", "tui", "--format", "json"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, stdin=subprocess.DEVNULL)
    assert ended.returncode == 2
    assert "--answers" in ended.stderr


def test_nobody_to_ask_is_bad_usage_and_a_piped_newline_chooses_nothing(tmp_path: Path) -> None:
    for words in ((), ("--plain",), ("--demo", "--plain")):
        ended = subprocess.run(
            [sys.executable, "-m", "tui", *words, "--state-dir", str(tmp_path / "state")],
            capture_output=True,
            text=True,
            cwd=ROOT,
            input="\n" * 50,
            env={**os.environ, "TERM": "dumb"},
        )
        assert ended.returncode == 2
        assert "Nobody to ask" in ended.stderr
        assert ended.stdout == ""
        assert not (tmp_path / "state").exists()


def test_a_refusal_of_aws_is_the_sources_with_the_statement_to_ask_for(
    embedded_aws: EmbeddedAws, apply: Apply, fault_proxy: Faults
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    message = (
        f"User: arn:aws:iam::{scene.account.number}:user/x is not authorized to perform: "
        f"cloudformation:CreateChangeSet on resource: arn:aws:cloudformation:us-west-2:{scene.account.number}:stack/x "
        "because no identity-based policy allows the cloudformation:CreateChangeSet action"
    )
    error = {"code": "AccessDenied", "status": 403, "message": message}
    fault_proxy.add({"service": "cloudformation", "operation": "CreateChangeSet", "error": error})
    result = apply(scene, file_for(scene), endpoint_url=fault_proxy.endpoint_url)
    assert result.code == 1
    problem = result.source["problem"]
    assert problem["statement"]["Action"] == "cloudformation:CreateChangeSet"
    assert message in problem["cause"]
    assert result.document["changed"] is False
    fault_proxy.clear()
    assert apply(scene, file_for(scene)).code == 0


def test_a_role_of_another_name_that_is_not_there_is_told_before_a_stack_is_made(scene: Scene, apply: Apply) -> None:
    arn = f"arn:aws:iam::{scene.account.number}:role/their-own"
    result = apply(scene, file_for(sources=[source_of(scene, log_processing_role_arn=arn)]))
    assert result.code == 1
    assert "their-own" in result.source["problem"]["title"]
    assert scene.documents() == scene.before


def test_a_rule_of_others_stops_the_way_and_nothing_of_it_is_made(embedded_aws: EmbeddedAws, apply: Apply) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    all_of_it = source_of(scene, prefix_log_types=[{"prefix": "audit/"}])
    result = apply(scene, file_for(sources=[all_of_it]))
    assert result.code == 1
    assert "in the way" in result.source["problem"]["title"]
    assert result.changed == ["stack"], "the role's alone"


def test_a_change_that_aws_refused_is_no_change_and_leaves_no_change_set(
    embedded_aws: EmbeddedAws, apply: Apply, fault_proxy: Faults
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    error = {"code": "AccessDenied", "status": 403, "message": "no"}
    fault_proxy.add({"service": "cloudformation", "operation": "ExecuteChangeSet", "error": error})
    result = apply(scene, file_for(scene), endpoint_url=fault_proxy.endpoint_url)
    assert result.code == 1
    assert (result.document["changed"], result.source["changed"], result.changed) == (False, False, [])
    assert scene.documents() == scene.before
    assert "Changed" not in apply(scene, file_for(scene), form="text", endpoint_url=fault_proxy.endpoint_url).stdout


def test_a_report_that_cannot_be_written_hides_no_other_problem(
    embedded_aws: EmbeddedAws, apply: Apply, tmp_path: Path
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    in_the_way = tmp_path / "out" / scene.account.number / scene.answers.role_suffix / "report.json"
    in_the_way.mkdir(parents=True)
    audit = source_of(scene, prefix_log_types=[{"prefix": "audit/"}])
    result = apply(scene, file_for(sources=[audit], save_to="out"))
    assert result.code == 1
    first, second = result.source["problems"]
    assert "in the way" in first["title"]
    assert "report.json" in second["title"]
    assert result.source["problem"] == first


def test_a_name_leads_to_no_folder_but_its_own(embedded_aws: EmbeddedAws, apply: Apply, tmp_path: Path) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    arn = f"arn:aws:iam::{scene.account.number}:role/PantherLogProcessingRole-.."
    sources = [source_of(scene, log_processing_role_arn=arn)]
    result = apply(scene, file_for(sources=sources, iam_role="manual", notifications="skip", save_to="a/b"))
    assert result.document["saved"]
    for path in result.document["saved"]:
        assert Path(path).parent.parent == tmp_path / "a" / "b" / scene.account.number
