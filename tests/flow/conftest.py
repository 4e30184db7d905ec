from __future__ import annotations

from collections.abc import Callable

import pytest

from panther_s3 import stack_work
from panther_s3.answers import Answers
from panther_s3.aws import confirming, stack_undo
from panther_s3.demo import EmbeddedAws, cast
from panther_s3.panther import PantherDeployment
from tui.app import WizardApp

Wizard = Callable[..., WizardApp]


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait no longer for a stack, or for what was put to show, than the emulator takes."""
    for module in (stack_work, stack_undo):
        monkeypatch.setattr(module, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(confirming, "PAUSE_SECONDS", 0.05)


@pytest.fixture
def wizard(embedded_aws: EmbeddedAws, aws_environment: None) -> Wizard:
    """The whole wizard on the embedded AWS, Panther's place known beforehand."""

    def make(*choices: Answers, **options: object) -> WizardApp:
        answers = choices or (Answers(panther=PantherDeployment(cast.PANTHER_ACCOUNT, cast.PANTHER_REGION)),)
        return WizardApp(*answers, endpoint_url=embedded_aws.endpoint_url, demo=True, **options)  # type: ignore[arg-type]

    return make
