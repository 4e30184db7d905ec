"""Checks that fail, and the ways out of them: a mend that is approved, another look, the details of one."""

from __future__ import annotations

import json
from pathlib import Path

from panther_s3.demo import EmbeddedAws
from panther_s3.flow import Step
from panther_s3.journal import Journal
from panther_s3.partitions import AWS
from panther_s3.policies import role_policy
from tests.flow.accounts import Scene
from tests.plain.conftest import Start
from tests.plain.operator import CHOICE
from tests.plain.walk import RESUME, ROLE, Taken, answer

READ = "The role may read objects"


def policy_of(scene: Scene) -> list[str]:
    """Return the Sids of the role's policy."""
    role = scene.documents()[f"role {scene.answers.role_name}"]
    return [statement["Sid"] for statement in role["policies"]["ReadData"]["Statement"]]


def test_a_failed_check_is_mended_once_approved_and_put_back(
    embedded_aws: EmbeddedAws, start: Start, tmp_path: Path
) -> None:
    scene = Scene(embedded_aws.endpoint_url, with_topic=False, with_role=True)
    policy = role_policy(scene.answers.source, AWS)
    policy["Statement"] = [each for each in policy["Statement"] if each["Sid"] != "ReadObjects"]
    name = scene.answers.role_name
    iam = scene.account.client("iam")
    iam.put_role_policy(RoleName=name, PolicyName="ReadData", PolicyDocument=json.dumps(policy))
    before = scene.documents()
    journal = Journal(tmp_path / "state")
    journal.keep_answers(Step.ROLE_ARN, scene.answers)
    journal.close()
    mend = Taken(f"Mend it: {READ}")
    with start(scene) as operator:
        answer(operator, *RESUME, *ROLE)
        said = operator.asked(CHOICE)
        assert f"Failed: {READ} (objects.read)\n" in said
        assert "1 failed" in said
        said = answer(operator, Taken("Check one again"), Taken("The role exists", "Which check?"))
        assert "The role trusts Panther" in said
        said = operator.asked(CHOICE)
        assert "The role trusts Panther" not in said.split("Which check?")[-1].split("What now?")[0]
        answer(operator, mend, Taken("Leave it as it is", "Make this change?"))
        assert "Nothing was changed." in operator.asked(CHOICE)
        assert scene.documents() == before
        said = answer(operator, mend, Taken("Make this change", "Make this change?"))
        assert '+       "Action": "s3:GetObject",\n' in said
        said = operator.asked(CHOICE)
        assert "OK: Changed the inline policy ReadData" in said
        assert "aws iam put-role-policy" in said  # the way back
        assert "8 passed" in said
        assert "Failed" not in said
        operator.send("\x03")
        assert operator.ended() == 130
    assert "This run changed AWS, and is not finished." in operator.text
    assert set(policy_of(scene)) == {each["Sid"] for each in role_policy(scene.answers.source, AWS)["Statement"]}
    code, _ = scene.undo(tmp_path / "state")
    assert code == 0
    assert scene.documents() == before
