"""The wheel: what is in it, and that the program works from it, away from its sources."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import assets
from panther_s3 import policies, templates
from panther_s3.panther import PantherDeployment
from panther_s3.partitions import AWS
from panther_s3.source import S3Source
from panther_s3.source_file import dump_source_file
from panther_s3.source_file.schema import source_file_schema

ROOT = Path(__file__).parents[2]
PANTHER = PantherDeployment("999988887777", "us-west-2")
SOURCE = S3Source(name="cloudtrail prod", aws_account_id="111122223333", bucket_name="acme-logs")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built with what is installed here."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as contents:
        return set(contents.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts' folder of an environment of its own that has the wheel, and the dependencies that are here."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    install = ["install", "--no-deps", "--no-index", "--quiet", "--disable-pip-version-check", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), *install], check=True, capture_output=True)
    (packages,) = home.glob("lib/python*/site-packages")
    # by a .pth file, whose own .pth files (the sources' among them) do not count
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin"


def _run(installed: Path, folder: Path, *arguments: str) -> str:
    """Run the installed program, of whose sources nothing is in reach, and return what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [installed / "panther-s3-wizard", *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "source.yml"
    path.write_text(dump_source_file(PANTHER, [SOURCE]))
    return path


def test_every_asset_is_in_it(names: set[str]) -> None:
    folder = Path(assets.__file__).parent
    wanted = {"log_types.txt", *(f"{part}/" for part in ("templates", "styles", "copy"))}
    found = {
        str(path.relative_to(ROOT))
        for path in folder.rglob("*")
        if path.is_file() and str(path.relative_to(folder)).startswith(tuple(wanted))
    }
    assert len(found) > 15
    assert found <= names


def test_every_module_is_in_it_and_says_that_it_is_typed(names: set[str]) -> None:
    for package in ("assets", "panther_s3", "screens", "tui"):
        assert f"{package}/py.typed" in names
        sources = {str(path.relative_to(ROOT)) for path in (ROOT / package).rglob("*.py")}
        assert sources
        assert sources <= names


def test_nothing_else_is_in_it(names: set[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"assets", "panther_s3", "screens", "tui"}
    assert not [name for name in names if "__pycache__" in name or "test" in name.split("/")[-1]]


def test_its_license_is_in_it(names: set[str]) -> None:
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]


def test_the_program_runs_from_it_and_not_from_the_sources(installed: Path, tmp_path: Path) -> None:
    assert _run(installed, tmp_path, "--help").startswith("Usage: panther-s3-wizard")
    program = (
        "import assets, panther_s3, screens, tui; print(*[m.__file__ for m in (assets, panther_s3, screens, tui)])"
    )
    told = subprocess.run(
        [installed / "python", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert all(Path(path).is_relative_to(installed.parent) for path in told.stdout.split())


def test_policy_role_from_it(installed: Path, file: Path) -> None:
    printed = _run(installed, file.parent, "policy", "role", file.name)
    assert json.loads(printed) == policies.role_policy(SOURCE, AWS)


@pytest.mark.parametrize("form", ["cloudformation", "terraform"])
def test_template_role_from_it(installed: Path, file: Path, form: str) -> None:
    printed = _run(installed, file.parent, "template", "role", file.name, "--format", form)
    expected = {
        "cloudformation": templates.role_template(SOURCE, PANTHER, SOURCE.suffix),
        "terraform": templates.role_terraform(SOURCE, PANTHER, SOURCE.suffix, AWS),
    }
    assert printed == expected[form]


def test_log_types_from_it(installed: Path, tmp_path: Path) -> None:
    assert _run(installed, tmp_path, "log-types").splitlines() == list(assets.log_types())


def test_schema_from_it(installed: Path, tmp_path: Path) -> None:
    assert json.loads(_run(installed, tmp_path, "schema")) == source_file_schema()


def test_the_style_sheets_are_found_from_it(installed: Path, tmp_path: Path) -> None:
    program = "import tui.app; print(*[path.is_file() for path in tui.app.WizardApp.CSS_PATH])"
    told = subprocess.run(
        [installed / "python", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert set(told.stdout.split()) == {"True"}
