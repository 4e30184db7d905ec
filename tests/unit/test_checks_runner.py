"""All checks together: thirteen findings in order, what waits for what, and the verdict over all."""

from __future__ import annotations

import pytest

from panther_s3.checks.readings import Readings
from panther_s3.checks.result import CheckId, CheckResult, Status, summary_of, worst
from panther_s3.checks.runner import not_looked_at, run_checks
from panther_s3.checks.verdict import SourceReport, exit_code_of
from tests.catalogue.scene import Scene, healthy_scene, refused

IDS = [each.value for each in CheckId]
OF_ROLE = ("role.trust", "bucket.location", "bucket.list", "objects.read", "kms.decrypt")


def results(scene: Scene) -> dict[str, CheckResult]:
    found = run_checks(scene.readings(), scene.answers())
    assert [each.id.value for each in found] == IDS
    return {each.id.value: each for each in found}


def report(*statuses: Status) -> SourceReport:
    return SourceReport("x", tuple(CheckResult(CheckId.ROLE_EXISTS, status) for status in statuses), 0.123, 4)


def test_there_are_thirteen_in_the_contracts_order() -> None:
    assert len(IDS) == 13
    assert all(each.status is Status.PASS for each in results(healthy_scene()).values())


def test_without_a_role_what_needs_it_waits_for_it() -> None:
    scene = healthy_scene()
    scene.role = False
    found = results(scene)
    assert {found[each].cause for each in OF_ROLE} == {"role.exists"}
    assert {found[each].status for each in OF_ROLE} == {Status.SKIPPED}
    assert found["kms.key"].status is Status.PASS


def test_without_a_bucket_what_needs_it_waits_for_it() -> None:
    scene = healthy_scene()
    scene.bucket = False
    found = results(scene)
    waiting = {each for each, result in found.items() if result.cause == "bucket.exists"}
    assert waiting == {"bucket.location", "bucket.list", "objects.read", "notifications.bucket"}


def test_without_a_bucket_the_keys_wait_for_it_where_the_source_names_none() -> None:
    scene = healthy_scene()
    scene.change(kms_key_arn="")
    scene.bucket = False
    found = results(scene)
    for check in ("kms.key", "kms.decrypt"):
        assert (found[check].status, found[check].cause) == (Status.SKIPPED, "bucket.exists")


@pytest.mark.parametrize(("change", "words"), [("bucket", "no such bucket"), ("owned", "another account's")])
def test_it_is_said_why_a_bucket_is_not_looked_at(change: str, words: str) -> None:
    scene = healthy_scene()
    setattr(scene, change, False)
    assert words in results(scene)["bucket.list"].detail


def test_without_a_topic_what_needs_it_waits_for_it() -> None:
    scene = healthy_scene()
    scene.topic = False
    found = results(scene)
    waiting = {each for each, result in found.items() if result.cause == "notifications.topic"}
    assert waiting == {
        "notifications.topic_policy",
        "notifications.topic_encryption",
        "notifications.subscription",
    }


def test_before_the_notifications_step_its_rows_come_next() -> None:
    scene = healthy_scene()
    scene.topic, scene.notifications = False, {}
    found = run_checks(scene.readings(), scene.answers(), notifications_due=False)
    assert [each.id.value for each in found] == IDS
    assert {each.status for each in found[:8]} == {Status.PASS}
    assert {(each.status, each.cause) for each in found[8:]} == {(Status.SKIPPED, None)}


def test_nothing_read_is_nothing_known() -> None:
    scene = healthy_scene()
    found = run_checks(Readings(), scene.answers())
    assert [each.id.value for each in found] == IDS
    assert Status.PASS not in {each.status for each in found if each.id != CheckId.KMS_DECRYPT}
    assert {each.status for each in not_looked_at()} == {Status.UNKNOWN}


def test_everything_refused_is_unknown_and_nothing_fails() -> None:
    scene = healthy_scene()
    no = refused("x:Y")
    scene.role = scene.bucket = scene.topic = no
    scene.bucket_policy = scene.notifications = scene.subscriptions = scene.unlisted = no
    found = results(scene)
    assert {each.status for each in found.values()} <= {Status.UNKNOWN, Status.PASS}
    assert {each for each, result in found.items() if result.status is Status.PASS} == {"kms.key"}


def test_the_verdict_is_fail_before_unknown_before_pass() -> None:
    assert report(Status.PASS, Status.WARN, Status.SKIPPED).verdict == "pass"
    assert report(Status.PASS, Status.UNKNOWN).verdict == "unknown"
    assert report(Status.UNKNOWN, Status.FAIL).verdict == "fail"


def test_the_exit_code_is_one_before_three_before_none() -> None:
    good, unclear, bad = report(Status.WARN), report(Status.UNKNOWN), report(Status.FAIL)
    assert [exit_code_of(each) for each in ([good], [good, unclear], [unclear, bad, good])] == [0, 3, 1]


def test_the_report_is_the_contracts() -> None:
    told = report(Status.WARN).as_dict()
    assert list(told) == ["name", "verdict", "seconds", "aws_calls", "checks"]
    assert (told["seconds"], told["aws_calls"]) == (0.12, 4)


def test_the_worst_speaks_and_the_earliest_of_equals() -> None:
    def finding(status: Status, cause: str) -> CheckResult:
        return CheckResult(CheckId.KMS_KEY, status, cause, evidence={"document": cause})

    order = [Status.PASS, Status.WARN, Status.FAIL, Status.FAIL, Status.UNKNOWN]
    speaker = worst([finding(status, str(place)) for place, status in enumerate(order)])
    assert (speaker.status, speaker.cause, speaker.evidence["document"]) == (Status.FAIL, "2", "2")
    assert [item["cause"] for item in speaker.evidence["items"]] == ["0", "1", "2", "3", "4"]
    assert "items" not in worst([finding(Status.PASS, "x")]).evidence


def test_the_summary_counts_the_worst_first() -> None:
    assert summary_of(report(Status.PASS, Status.FAIL, Status.PASS).results) == "1 failed, 2 passed"
    assert summary_of(()) == "Not judged"
