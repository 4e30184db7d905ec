"""The program as it is called: bad usage, bad files, where options stand, which region holds, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-m", "tui"]
ROOT = Path(__file__).parents[2]
SECONDS = 30
SOURCE = """\
panther: {account_id: "999988887777", region: us-west-2}
sources:
  - name: cloudtrail prod
    aws_account_id: "111122223333"
    bucket_name: acme-logs
"""
PROFILES = """\
[default]
region = eu-west-3
[profile elsewhere]
region = ap-south-1
[profile nowhere]
output = json
"""
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a source file and shared config files, and nothing else of AWS."""
    (tmp_path / "source.yml").write_text(SOURCE)
    (tmp_path / "config").write_text(PROFILES)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path


@pytest.fixture
def run(here: Path) -> Run:
    """Run the program there without a terminal."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROGRAM, *arguments],
            cwd=here,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )

    return run


@contextmanager
def _terminal() -> Iterator[int]:
    """Give a terminal that nobody looks at."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    try:
        yield theirs
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.fixture
def run_in_terminal(here: Path) -> Run:
    """Run the program there with a terminal for input and output."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        with _terminal() as terminal:
            return subprocess.run(
                [*PROGRAM, *arguments],
                cwd=here,
                stdin=terminal,
                stdout=terminal,
                stderr=subprocess.PIPE,
                text=True,
                timeout=SECONDS,
            )

    return run


def _complaint(done: subprocess.CompletedProcess[str]) -> str:
    """Return what a program that was used badly said, on stderr and there only."""
    assert done.returncode == 2, done.stderr
    assert not done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


def _region(done: subprocess.CompletedProcess[str]) -> str:
    """Return the region of the topic in the policy that was printed."""
    assert (done.returncode, done.stderr) == (0, "")
    (topic,) = {each["Resource"] for each in json.loads(done.stdout)["Statement"]}
    return str(topic).split(":")[3]


# --- help and version ---


@pytest.mark.parametrize("arguments", [[], ["policy"], ["template"], ["log-types"], ["schema"]], ids=" ".join)
def test_help_goes_to_stdout(run: Run, arguments: list[str]) -> None:
    done = run(*arguments, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(" ".join(["Usage: panther-s3-wizard", *arguments]))
    assert "--help" in done.stdout


def test_help_names_every_command_and_the_aws_options(run: Run) -> None:
    told = run("--help").stdout
    for word in (
        "policy",
        "template",
        "log-types",
        "schema",
        "FILE",
        "--demo",
        "--profile",
        "--region",
        "--endpoint-url",
    ):
        assert word in told


def test_the_version_is_the_packages(run: Run) -> None:
    done = run("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, version("panther-s3-wizard") + "\n", "")


def test_the_console_script_is_the_module(run: Run) -> None:
    script = subprocess.run(
        [Path(sys.executable).parent / "panther-s3-wizard", "--help"], capture_output=True, text=True, check=True
    )
    assert script.stdout == run("--help").stdout


# --- bad usage ---


@pytest.mark.parametrize("arguments", [["--nope"], ["policy", "role", "source.yml", "--nope"], ["a.yml", "b.yml"]])
def test_what_it_does_not_know_is_bad_usage(run: Run, arguments: list[str]) -> None:
    assert "Usage: " in _complaint(run(*arguments))


@pytest.mark.parametrize("arguments", [["source.yml", "--nope"], ["source.yml", "another.yml"], ["source.yml"]])
def test_usage_names_no_command_that_is_none(run: Run, arguments: list[str]) -> None:
    told = _complaint(run(*arguments))
    assert "panther-s3-wizard wizard" not in told


@pytest.mark.parametrize(
    "arguments", [[], ["source.yml"], ["--demo"], ["source.yml", "--demo"], ["--region", "us-east-1"]]
)
def test_without_a_terminal_there_is_no_wizard(run: Run, arguments: list[str]) -> None:
    told = _complaint(run(*arguments))
    assert "terminal" in told
    assert "embedded AWS" not in told


@pytest.mark.parametrize("command", ["check", "status", "policy", "undo"])
def test_a_command_does_not_work_on_aws_itself_where_the_demo_was_asked_for(run: Run, command: str) -> None:
    ended = run("--demo", command)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"--demo is the wizard's: {command} works on AWS itself. Nothing was done." in ended.stderr


@pytest.mark.parametrize("region", ["nowhere", "US-WEST-2", "us-west-2a", "us west 2", ""])
def test_a_region_of_another_shape_is_bad_usage(run: Run, region: str) -> None:
    for arguments in (["--region", region, "log-types"], ["policy", "role", "source.yml", "--region", region]):
        assert "--region" in _complaint(run(*arguments))


def test_an_unknown_profile_is_told_with_those_that_exist(run: Run) -> None:
    told = _complaint(run("policy", "topic", "source.yml", "--profile", "nope"))
    assert "nope" in told
    assert "elsewhere" in told


def test_an_unknown_profile_of_the_environment_is_told_too(run: Run) -> None:
    assert "nope" in _complaint(run("policy", "topic", "source.yml", AWS_PROFILE="nope"))


# --- bad files ---


@pytest.mark.parametrize("command", [["policy", "role"], ["policy", "topic"], ["template", "role"]], ids=" ".join)
def test_a_bad_file_is_told_with_file_line_key_and_rule(run: Run, here: Path, command: list[str]) -> None:
    bad = SOURCE.replace("acme-logs", "Acme_Logs").replace("cloudtrail prod", "a/b") + "    kms_key: x\n"
    (here / "bad.yml").write_text(bad)
    lines = _complaint(run(*command, "bad.yml")).splitlines()
    (name,) = [line for line in lines if line.startswith("bad.yml, line 3: sources[0].name: ")]
    (bucket,) = [line for line in lines if line.startswith("bad.yml, line 5: sources[0].bucket_name: ")]
    (unknown,) = [line for line in lines if line.startswith("bad.yml, line 6: sources[0].kms_key: ")]
    assert "letters" in name.lower()
    assert "upper-case" in bucket
    assert "kms_key_arn" in unknown


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (b"a: [\n", "line "),
        (b"", "empty"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"a: 1\na: 2\n", "line 2"),
        (b"x" * 300_000, "too large"),
    ],
    ids=["no YAML", "empty", "no text", "twice", "huge"],
)
def test_a_file_that_is_no_source_file_is_told(run: Run, here: Path, contents: bytes, said: str) -> None:
    (here / "bad.yml").write_bytes(contents)
    told = _complaint(run("policy", "role", "bad.yml"))
    assert "bad.yml" in told
    assert said in told


@pytest.mark.parametrize("name", ["missing.yml", "."])
def test_a_file_that_cannot_be_read_is_told(run: Run, name: str) -> None:
    assert f"{name} cannot be read" in _complaint(run("policy", "role", name))


@pytest.mark.parametrize("command", [["policy", "role"], ["template", "role"]], ids=" ".join)
def test_a_value_that_no_document_can_hold_is_told(run: Run, here: Path, command: list[str]) -> None:
    (here / "bad.yml").write_text(SOURCE + '    kms_key_arn: "a\\x1b[31mb"\n')
    told = _complaint(run(*command, "bad.yml"))
    assert "kms_key_arn" in told
    assert "\x1b" not in told


def test_what_a_file_says_reaches_the_terminal_without_control_characters(run: Run, here: Path) -> None:
    (here / "bad.yml").write_text(SOURCE.replace("acme-logs", '"acme\\e[31m\\a"'))
    told = _complaint(run("policy", "role", "bad.yml"))
    assert "bucket_name" in told
    assert not set(told) & {"\x1b", "\x07"}


@pytest.mark.parametrize("name", ["missing.yml", "bad.yml"])
def test_the_wizard_does_not_open_on_a_file_that_it_cannot_use(run_in_terminal: Run, here: Path, name: str) -> None:
    (here / "bad.yml").write_text("panther: 1\n")
    done = run_in_terminal(name)
    assert done.returncode == 2
    assert name in done.stderr
    assert "Traceback" not in done.stderr


# --- options before or after, and the region in force ---


def test_aws_options_stand_before_or_after_the_command(run: Run) -> None:
    before = run("--region", "ap-south-1", "policy", "topic", "source.yml")
    after = run("policy", "topic", "source.yml", "--region", "ap-south-1")
    amidst = run("policy", "--region", "ap-south-1", "topic", "source.yml")
    assert _region(before) == _region(after) == _region(amidst) == "ap-south-1"


def test_the_later_option_holds(run: Run) -> None:
    assert (
        _region(run("--region", "us-east-1", "policy", "topic", "source.yml", "--region", "us-east-2")) == "us-east-2"
    )


def test_a_profile_stands_before_or_after_the_command(run: Run) -> None:
    assert _region(run("--profile", "elsewhere", "policy", "topic", "source.yml")) == "ap-south-1"
    assert _region(run("policy", "topic", "source.yml", "--profile", "elsewhere")) == "ap-south-1"


@pytest.mark.parametrize(
    "command", [["log-types", "VPCFlow"], ["schema"], ["template", "role", "source.yml"]], ids=" ".join
)
def test_every_command_takes_every_aws_option_on_either_side(run: Run, command: list[str]) -> None:
    options = ["--profile", "elsewhere", "--region", "us-east-1", "--endpoint-url", "http://127.0.0.1:9"]
    plain = run(*command)
    assert plain.returncode == 0
    for arguments in ([*options, *command], [*command, *options]):
        done = run(*arguments)
        assert (done.returncode, done.stdout, done.stderr) == (0, plain.stdout, "")


FLAG, AWS_REGION, AWS_DEFAULT = "us-east-1", {"AWS_REGION": "us-east-2"}, {"AWS_DEFAULT_REGION": "us-west-1"}


@pytest.mark.parametrize(
    ("arguments", "environment", "region"),
    [
        (["--region", FLAG], {**AWS_REGION, **AWS_DEFAULT, "AWS_PROFILE": "elsewhere"}, "us-east-1"),
        (["--profile", "elsewhere"], {**AWS_REGION, **AWS_DEFAULT}, "us-east-2"),
        (["--profile", "elsewhere"], AWS_DEFAULT, "us-west-1"),
        (["--profile", "elsewhere"], {"AWS_PROFILE": "nowhere"}, "ap-south-1"),
        ([], {"AWS_PROFILE": "elsewhere"}, "ap-south-1"),
        ([], {}, "eu-west-3"),
    ],
    ids=["flag", "AWS_REGION", "AWS_DEFAULT_REGION", "profile by flag", "profile by environment", "default profile"],
)
def test_the_region_is_the_flags_then_the_environments_then_the_profiles(
    run: Run, arguments: list[str], environment: dict[str, str], region: str
) -> None:
    assert _region(run("policy", "topic", "source.yml", *arguments, **environment)) == region


@pytest.mark.parametrize("arguments", [["--profile", "nowhere"], []], ids=["a profile without region", "no profile"])
def test_a_region_that_is_needed_and_not_known_is_asked_for(run: Run, here: Path, arguments: list[str]) -> None:
    (here / "config").write_text(PROFILES.removeprefix("[default]\nregion = eu-west-3\n"))
    assert "--region" in _complaint(run("policy", "topic", "source.yml", *arguments))


@pytest.mark.parametrize("command", [["policy", "role"], ["policy", "trust"], ["template", "role"]], ids=" ".join)
def test_no_region_is_needed_where_none_is_printed(run: Run, here: Path, command: list[str]) -> None:
    (here / "config").write_text("")
    assert run(*command, "source.yml").returncode == 0


# --- ends ---


@contextmanager
def _ctrl_c_is_heard() -> Iterator[None]:
    """Undo what a shell does to what it runs behind: there Ctrl-C is ignored, and a child inherits that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _opened_by_its_reader(path: Path) -> int:
    """Return the pipe's writing end as soon as somebody reads from the other one."""
    until = time.monotonic() + SECONDS
    while True:
        try:
            return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            assert time.monotonic() < until, f"nobody reads {path}"
            time.sleep(0.02)


def test_ctrl_c_ends_it_as_interrupted(here: Path) -> None:
    os.mkfifo(here / "slow.yml")
    command = [*PROGRAM, "policy", "role", "slow.yml"]
    with (
        _ctrl_c_is_heard(),
        subprocess.Popen(command, cwd=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process,
    ):
        try:
            writing = _opened_by_its_reader(here / "slow.yml")
            for _ in range(SECONDS):
                # Python misses a signal that comes just before it waits for the pipe: then press again
                process.send_signal(signal.SIGINT)
                with suppress(subprocess.TimeoutExpired):
                    stdout, stderr = process.communicate(timeout=1)
                    break
            os.close(writing)
        finally:
            process.kill()
    assert process.returncode == 130
    assert (stdout, stderr.strip()) == ("", "Interrupted.")


def test_a_reader_that_went_away_is_no_crash(here: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*PROGRAM, "log-types"], cwd=here, stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.PIPE, text=True
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("log-types",), 0),
        (("no-such-command",), 2),
        (("policy", "role", "no-such-file.yml"), 2),
        (("--answers", "no-such-file.yml"), 2),
    ],
)
def test_a_full_disk_under_stderr_changes_no_exit_code(words: tuple[str, ...], code: int, here: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, *words], cwd=here, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=full
        )
    assert done.returncode == code


def test_what_stderr_still_holds_back_changes_no_exit_code() -> None:
    program = """
import sys
from contextlib import suppress
from tui.output import flush_output
with suppress(OSError):
    print("held back", file=sys.stderr)
flush_output()
"""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.DEVNULL, stderr=full)
    assert done.returncode == 0


def test_a_reader_that_takes_the_first_line_gets_it(here: Path) -> None:
    command = [*PROGRAM, "log-types"]
    with subprocess.Popen(command, cwd=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        first = process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read()
    assert "." in first
    assert told == ""
    assert process.returncode in (0, 1)


def test_the_schema_is_printed_where_stdin_is_closed(run: Run, here: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *PROGRAM, "schema"],
        cwd=here,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == json.loads(run("schema").stdout)


def test_output_that_cannot_be_written_fails(here: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no device here that is always full")
    with full.open("w") as disk:
        done = subprocess.run([*PROGRAM, "log-types"], cwd=here, stdout=disk, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr
