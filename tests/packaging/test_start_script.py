"""The script ``tapestry``: what it sets up, what it says, and that it passes everything through.

Python, apt-get and id are replaced by stand-ins on the PATH that write down how they were called,
so that nothing is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script for Linux and macOS")

# It makes an environment whose python is this stand-in again and whose program prints its
# arguments; FAILS names a package whose installation fails, LACKS a module that is not there and
# MISSING the packages that the search for system libraries finds wanting.
PYTHON = """#!/bin/sh
printf 'python %s\\n' "$*" | tr '\\n' ' ' >>"$LOG"
printf '\\n' >>"$LOG"
case "$*" in
    *"${LACKS:-nothing}"*) exit 1 ;;
    *version_info*) exit 0 ;;
    *sys.executable*) printf '%s\\n' "$STAND_IN" ;;
    *'-m venv'*)
        mkdir -p "$3/bin"
        cp "$STAND_IN" "$3/bin/python"
        printf '#!/bin/sh\\nprintf "<%%s>" "$@"\\n' >"$3/bin/tapestry"
        chmod +x "$3/bin/tapestry"
        ;;
    *tomllib*) echo torch==9.9 ;;
    *ctypes*) printf '%s' "${MISSING-}" ;;
    *"${FAILS:-nothing}"*) exit 1 ;;
esac
"""
RECORDER = '#!/bin/sh\nprintf "%s %s\\n" "${0##*/}" "$*" >>"$LOG"\n'


@dataclass(frozen=True, slots=True)
class Clone:
    """A clone of the project with a space in its path, and the stand-ins that it sees."""

    folder: Path
    stand_ins: Path

    def start(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the script from another folder; the log of the stand-ins begins anew."""
        self.log.write_text("")
        return subprocess.run(
            [str(self.folder / "tapestry"), *arguments],
            capture_output=True,
            check=False,
            cwd=self.stand_ins.parent,
            env={
                "LOG": str(self.log),
                "PATH": f"{self.stand_ins}:/usr/bin:/bin",
                "STAND_IN": str(self.stand_ins / "python3"),
                **environment,
            },
            stdin=subprocess.DEVNULL,
            text=True,
        )

    @property
    def log(self) -> Path:
        """The file into which the stand-ins write how they were called."""
        return self.stand_ins / "log"

    def calls(self, word: str) -> list[str]:
        """The calls of the last start that contain a word."""
        return [line for line in self.log.read_text().splitlines() if word in line]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    folder, stand_ins = tmp_path / "a clone", tmp_path / "bin"
    folder.mkdir()
    stand_ins.mkdir()
    for name in ("tapestry", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    programs = dict.fromkeys(("python3.13", "python3.12", "python3.11", "python3"), PYTHON)
    programs |= {"apt-get": RECORDER, "id": "#!/bin/sh\necho 1000\n"}
    for name, text in programs.items():
        (stand_ins / name).write_text(text)
        (stand_ins / name).chmod(0o755)
    return Clone(folder, stand_ins)


def test_first_start_installs_and_passes_the_arguments_through(clone: Clone) -> None:
    done = clone.start("trace", "--text", "two words", "*", "")
    assert (done.returncode, done.stdout) == (0, "<trace><--text><two words><*><>")
    assert clone.calls(f"--editable {clone.folder}")
    assert clone.calls("torch==9.9")


def test_second_start_goes_straight_to_the_program(clone: Clone) -> None:
    clone.start()
    done = clone.start("notes.txt")
    assert (done.stdout, done.stderr, clone.log.read_text()) == ("<notes.txt>", "", "")


def test_a_changed_pyproject_is_installed_into_the_same_environment(clone: Clone) -> None:
    clone.start()
    with (clone.folder / "pyproject.toml").open("a") as file:
        file.write("# more\n")
    clone.start()
    assert clone.calls("--editable")
    assert not clone.calls("-m venv")


def test_an_interrupted_set_up_is_done_again_from_the_start(clone: Clone) -> None:
    broken = clone.start(FAILS="--editable")
    assert broken.returncode == 1
    assert "installation failed" in broken.stderr
    done = clone.start()
    assert done.returncode == 0
    assert clone.calls("-m venv")


def test_a_clone_that_was_moved_is_set_up_again(clone: Clone) -> None:
    clone.start()
    moved = Clone(clone.folder.rename(clone.folder.with_name("elsewhere")), clone.stand_ins)
    moved.start()
    assert moved.calls("-m venv")


def test_an_environment_of_somebody_else_is_left_alone(clone: Clone) -> None:
    notes = clone.folder / ".venv" / "notes"
    notes.parent.mkdir()
    notes.write_text("mine")
    done = clone.start()
    assert done.returncode == 1
    assert "not made by this script" in done.stderr
    assert notes.read_text() == "mine"


def test_without_pytorch_the_program_starts_and_says_how_to_add_it(clone: Clone) -> None:
    done = clone.start("--version", FAILS="torch==9.9")
    assert (done.returncode, done.stdout) == (0, "<--version>")
    assert "pip install --index-url https://download.pytorch.org/whl/cpu torch==9.9" in done.stderr
    assert clone.start("--version", FAILS="torch==9.9").stderr == ""


@pytest.mark.skipif(sys.platform != "linux", reason="the default index has CPU builds elsewhere")
def test_pytorchs_own_index_is_asked_first(clone: Clone) -> None:
    clone.start(FAILS="--index-url")
    first, second = clone.calls("install --quiet")[1:]
    assert "--retries 0 --index-url" in first
    assert "--index-url" not in second


@pytest.mark.skipif(sys.platform != "linux", reason="Qt brings all it needs elsewhere")
def test_missing_system_libraries_are_named_before_anything_is_installed(clone: Clone) -> None:
    done = clone.start(MISSING="libegl1\nlibgl1\n")
    assert done.returncode == 1
    assert "sudo apt-get install --yes --no-install-recommends libegl1 libgl1" in done.stderr
    assert not clone.calls("--editable")
    assert not clone.calls("apt-get")


@pytest.mark.skipif(sys.platform != "linux", reason="Qt brings all it needs elsewhere")
def test_root_gets_missing_system_libraries_installed(clone: Clone) -> None:
    (clone.stand_ins / "id").write_text("#!/bin/sh\necho 0\n")
    done = clone.start(MISSING="libegl1\n")
    assert done.returncode == 0
    assert clone.calls("apt-get update")
    assert clone.calls("apt-get install --yes --no-install-recommends -qq libegl1")


def test_commands_of_the_terminal_need_no_libraries_of_windows(clone: Clone) -> None:
    assert clone.start("check", MISSING="libegl1\n").returncode == 0
    assert clone.start(MISSING="libegl1\n").returncode == (1 if sys.platform == "linux" else 0)


def test_a_python_without_ensurepip_is_named_with_its_package(clone: Clone) -> None:
    done = clone.start(LACKS="ensurepip")
    assert done.returncode == 1
    assert "ensurepip is missing" in done.stderr
    assert "-venv" in done.stderr


def test_links_lead_to_the_clone(clone: Clone) -> None:
    link = clone.stand_ins / "link"
    link.symlink_to(os.path.relpath(clone.folder / "tapestry", clone.stand_ins))
    linked = Clone(clone.folder, clone.stand_ins)
    linked.start("--version")
    done = subprocess.run([link, "--help"], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("<--help>", "")


def test_windows_finds_the_labels_of_its_script() -> None:
    """cmd.exe loses labels in files without carriage returns."""
    text = (ROOT / "tapestry.cmd").read_bytes()
    assert text.count(b"\r\n") == text.count(b"\n") > 0
