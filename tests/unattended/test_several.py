"""Several sources in one file: validated all first, shared things made once, and no failure hides or stops another."""

from __future__ import annotations

from typing import Any

from panther_s3.applying import applying
from panther_s3.demo import EmbeddedAws
from tests.buckets import make_bucket
from tests.flow.accounts import Scene
from tests.recorder import recording
from tests.unattended.conftest import Apply
from tests.unattended.files import file_for, source_of


def second_source(scene: Scene, **changes: Any) -> dict[str, Any]:
    """Return a source on another bucket of the scene's account."""
    bucket = f"acme-second-{scene.account.number}"
    s3 = scene.account.client("s3")
    make_bucket(s3, bucket)
    s3.put_object(Bucket=bucket, Key="log.json", Body=b"{}")
    return source_of(
        scene, **{"name": "second", "bucket_name": bucket, "prefix_log_types": [{"prefix": ""}], **changes}
    )


def test_sources_share_the_topic_and_what_is_read_of_it(embedded_aws: EmbeddedAws, apply: Apply) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    text = file_for(sources=[source_of(scene), second_source(scene)])
    with recording(embedded_aws.endpoint_url) as recorder:
        result = apply(scene, text, endpoint_url=recorder.endpoint_url)
        executed = recorder.calls.count("ExecuteChangeSet")
        asked = recorder.calls.count("GetCallerIdentity")
    assert result.code == 0, result.stderr
    assert executed == 3, "a role for each source, and one topic"
    assert asked == 1
    first, second = result.document["sources"]
    assert first["topic_arn"] == second["topic_arn"]
    assert [change["kind"] for change in second["changes"]] == ["stack", "policy", "bucket notifications"]
    assert (first["verdict"], second["verdict"]) == ("pass", "pass")
    again = apply(scene, text)
    assert (again.code, again.document["changed"]) == (0, False), again.stderr


def test_one_failure_neither_hides_nor_stops_the_other(embedded_aws: EmbeddedAws, apply: Apply) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    missing = source_of(scene, name="no bucket", bucket_name=f"acme-missing-{scene.account.number}")
    result = apply(scene, file_for(sources=[missing, source_of(scene)]))
    assert result.code == 1
    failed, done = result.document["sources"]
    assert (failed["name"], failed["result"], done["name"], done["result"]) == (
        "no bucket", "failed", scene.answers.source.name, "done",
    )  # fmt: skip
    assert failed["problem"]["title"]
    assert failed["changes"] == []
    assert done["problem"] is None
    for_people = apply(scene, file_for(sources=[missing, source_of(scene)]), form="text")
    assert "no bucket: failed" in for_people.stdout
    assert f"{scene.answers.source.name}: done" in for_people.stdout


def test_codes_of_several_sources_are_the_worst(embedded_aws: EmbeddedAws, apply: Apply) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    assert apply(scene, file_for(scene)).code == 0
    left = apply(scene, file_for(sources=[source_of(scene), second_source(scene)], iam_role="manual"))
    assert [source["exit_code"] for source in left.document["sources"]] == [0, 3]
    assert left.code == 3


def test_a_fault_in_the_last_source_keeps_the_first_from_being_touched(embedded_aws: EmbeddedAws, apply: Apply) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    with recording(embedded_aws.endpoint_url) as recorder:
        text = file_for(sources=[source_of(scene), source_of(scene, name="bad!", bucket_name="other-bucket")])
        result = apply(scene, text, endpoint_url=recorder.endpoint_url)
        assert recorder.calls == []
    assert result.code == 2
    assert "sources[1].name" in result.stderr
    assert "line " in result.stderr
    assert result.stdout == ""


def test_two_sources_of_one_role_are_told_apart_before_anything_is_made(
    embedded_aws: EmbeddedAws, apply: Apply
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    twin = source_of(scene, name="Flow Source", bucket_name="other-bucket")
    result = apply(scene, file_for(sources=[source_of(scene), twin]))
    assert result.code == 2
    assert "sources[1].name" in result.stderr
    assert scene.documents() == scene.before


def test_all_of_a_run_is_one_run_to_undo(embedded_aws: EmbeddedAws, apply: Apply, tmp_path: Any) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    other = second_source(scene)
    scene.before = scene.documents()
    assert apply(scene, file_for(sources=[source_of(scene), other])).code == 0
    assert scene.undo(tmp_path / "state") == (0, [])


def test_reads_are_shared_between_the_checks_of_the_sources(embedded_aws: EmbeddedAws, apply: Apply) -> None:
    """With both done, a second source costs fewer calls than the first: the topic's are read once."""
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    both = [source_of(scene), second_source(scene)]
    assert apply(scene, file_for(sources=both)).code == 0
    counted = []
    for sources in (both[:1], both[1:], both):
        with recording(embedded_aws.endpoint_url) as recorder:
            assert apply(scene, file_for(sources=sources, changes="plan"), endpoint_url=recorder.endpoint_url).code == 0
            counted.append(len(recorder.calls))
    assert counted[2] < counted[0] + counted[1]


def test_an_error_without_words_ends_one_source_and_not_the_others(
    embedded_aws: EmbeddedAws, apply: Apply, monkeypatch: Any
) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    whole = applying.apply_notifications

    def broken(context: Any, outcome: Any) -> bool:
        if outcome.answers.source.name == "second":
            raise KeyError("odd\x1b")
        return whole(context, outcome)

    monkeypatch.setattr(applying, "apply_notifications", broken)
    result = apply(scene, file_for(sources=[source_of(scene), second_source(scene)]))
    assert result.code == 1
    assert [source["result"] for source in result.document["sources"]] == ["done", "failed"]
    assert "KeyError" in result.document["sources"][1]["problem"]["cause"]


def test_sources_of_two_accounts_do_not_share_a_folder_and_one_is_left_to_another_profile(
    embedded_aws: EmbeddedAws, apply: Apply
) -> None:
    ours = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    theirs = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    other = source_of(theirs, name="Flow Source")
    result = apply(ours, file_for(sources=[source_of(ours), other], iam_role="manual", save_to="out"))
    assert result.code == 3, result.stderr
    saved = result.document["saved"]
    assert len(saved) == len(set(saved))
    _, elsewhere = result.document["sources"]
    assert any("can be neither looked at nor changed" in note for note in elsewhere["notes"])
    assert theirs.documents() == theirs.before
    by_stack = apply(ours, file_for(sources=[source_of(ours), other]))
    assert [source["result"] for source in by_stack.document["sources"]] == ["done", "failed"]


def test_sources_in_two_regions_have_a_topic_each(embedded_aws: EmbeddedAws, apply: Apply) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    bucket = f"acme-europe-{scene.account.number}"
    s3 = scene.account.client("s3", "eu-west-1")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=bucket, Key="log.json", Body=b"{}")
    europe = source_of(scene, name="in europe", bucket_name=bucket, prefix_log_types=[{"prefix": ""}])
    text = file_for(sources=[source_of(scene), europe])
    result = apply(scene, text)
    assert result.code == 0, result.stderr
    assert [source["topic_arn"].split(":")[3] for source in result.document["sources"]] == ["us-west-2", "eu-west-1"]
    assert apply(scene, text).document["changed"] is False


def test_what_is_left_names_its_source(embedded_aws: EmbeddedAws, apply: Apply) -> None:
    scene = Scene.of("topic by the stack", embedded_aws.endpoint_url)
    result = apply(scene, file_for(sources=[source_of(scene), second_source(scene)], iam_role="manual"))
    assert {step["source"] for step in result.document["next_steps"]} == {"second", scene.answers.source.name}
