"""The benchmark of understanding: its texts, its askers, and how it counts."""

import fcntl
import os
import socket
from collections import Counter
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from rich.console import Console

from evals.bench import Wish
from evals.bench.load import ClientFailed
from evals.bench.nlu import LEAST_MESSAGES, texts_to_ask
from evals.bench.nlu_client import Asking, Told, ask
from evals.bench.nlu_load import Run, drive
from evals.bench.processes import read_stat, shared_memory_mb
from evals.bench.rasa import run_alone
from evals.errors import NothingToMeasure
from evals.thresholds import load_thresholds

QUIET = Console(quiet=True)


def test_no_text_is_asked_twice_as_a_new_one() -> None:
    texts = texts_to_ask(Wish(messages=100), QUIET)
    everything = [*texts.warm_up, *texts.distinct, *texts.single]
    assert len(set(everything)) == len(everything)
    assert len(texts.distinct) == LEAST_MESSAGES


def test_given_texts_are_the_distinct_ones(tmp_path: Path) -> None:
    lines = "".join(f"text {number},x\n" for number in range(300))
    (tmp_path / "test.csv").write_text("text,category\n" + lines, "utf-8")
    texts = texts_to_ask(Wish(texts=tmp_path), QUIET)
    assert texts.distinct == [f"text {number}" for number in range(300)]


def test_too_few_given_texts_are_refused(tmp_path: Path) -> None:
    (tmp_path / "test.csv").write_text("text,category\nonly one,x\n", "utf-8")
    with pytest.raises(NothingToMeasure, match="holds 1 different texts"):
        texts_to_ask(Wish(texts=tmp_path), QUIET)


async def test_askers_ask_each_text_once_and_count_what_is_no_answer() -> None:
    seen: Counter[str] = Counter()

    async def parse(request: web.Request) -> web.Response:
        text = (await request.json())["text"]
        seen[text] += 1
        return web.json_response({"intent": {"name": "greeting"}}, status=503 if text == "t3" else 200)

    app = web.Application()
    app.router.add_post("/model/parse", parse)
    async with TestServer(app) as server:
        texts = [f"t{number}" for number in range(20)]
        told = await ask(Asking(url=str(server.make_url("/model/parse")), at_once=4, texts=texts))
    assert seen == Counter(texts)
    assert (len(told.ms), told.errors) == (20, 1)


async def test_a_server_that_is_gone_is_an_error_and_no_crash() -> None:
    told = await ask(Asking(url="http://127.0.0.1:1/model/parse", at_once=2, texts=["a", "b"]))
    assert told.errors == 2


def test_cost_is_for_one_message() -> None:
    run = Run(told=Told(ms=[1.0, 2.0, 3.0, 4.0], errors=0, wall_s=1.0, client_cpu_s=0.1), cpu_s=0.02)
    assert run.cpu_ms == 5.0
    assert run.ms(0.5) == 2.0


def test_shared_memory_is_divided_among_those_who_share_it() -> None:
    stat = read_stat(os.getpid())
    assert stat is not None
    assert shared_memory_mb(os.getpid()) > 0
    assert shared_memory_mb(2**22 + 1) == 0


def test_what_is_demanded_of_understanding_is_written_down() -> None:
    demanded = load_thresholds().bench["nlu"]
    assert demanded.at_most["cpu_ms_per_distinct_message"] <= 4
    assert demanded.at_most["cpu_ms_per_repeated_message"] <= 0.3
    assert demanded.at_most["rss_mb"] <= 500
    assert demanded.at_least["messages_per_second"] >= 350


def test_a_peers_training_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    held = tmp_path / "held"
    failed = run_alone(["sh", "-c", f"flock {held} sleep 600 & wait"], within_s=2.0)
    assert failed == "took longer than 2 s"
    with held.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # waits for ever while what was started lives


def test_a_peers_training_that_fails_says_why() -> None:
    assert run_alone(["sh", "-c", "exit 0"], within_s=60.0) is None
    assert run_alone(["sh", "-c", "echo no disk; exit 3"], within_s=60.0) == "ended with status 3: no disk"


def test_askers_that_hang_are_a_failure_with_a_reason() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/model/parse"
        with pytest.raises(ClientFailed, match="did not answer all texts within 3 s"):
            drive(url, os.getpid(), ["hello"], 1, within_s=3.0)
