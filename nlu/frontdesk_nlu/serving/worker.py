"""The processes that understand: one opens the model, the others are forked from it and share its memory."""

import gc
import os
import signal
import socket
from collections.abc import Sequence
from pathlib import Path

from frontdesk_nlu.failures import CannotGoOn
from frontdesk_nlu.serving.frames import receive, send
from frontdesk_nlu.serving.interpreter import Interpreter
from frontdesk_nlu.serving.protocol import Answer, Failed, Job, Opened, Refused
from frontdesk_nlu.serving.understood import written

JOB_S = 15
"""A worker that hangs this long is ended by the system, even when nobody waits for it any more."""


def run(model: Path, lines: Sequence[int]) -> None:
    """Serve one line here and each other one in a process forked from this; end when the lines do."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the server ends us by hanging up, after the texts at hand
    mine, *others = [socket.socket(fileno=line) for line in lines]
    try:
        interpreter = Interpreter.open(model)
    except (CannotGoOn, OSError, ValueError) as why:
        return send(mine, Refused(str(why)))
    interpreter.understand(["hello", "where is my order"])  # the first run allocates what later ones share
    gc.collect()
    gc.freeze()
    forked = [fork(interpreter, line, [mine, *others]) for line in others]
    for line in others:
        line.close()
    work(interpreter, mine)
    for child in forked:
        os.waitpid(child, 0)
    return None


def fork(interpreter: Interpreter, line: socket.socket, all_lines: Sequence[socket.socket]) -> int:
    """Fork a worker for one line; it keeps no other line open, so that each ends by itself."""
    child = os.fork()
    if child:
        return child
    for other in all_lines:
        if other is not line:
            other.close()
    try:
        work(interpreter, line)
    finally:
        os._exit(0)


def work(interpreter: Interpreter, line: socket.socket) -> None:
    """Answer one job after the other until the server hangs up."""
    send(line, Opened(interpreter.model_id, interpreter.fingerprint))
    try:
        while True:
            job = receive(line)
            signal.alarm(JOB_S)
            send(line, answer(interpreter, job))
            signal.alarm(0)
    except (EOFError, ConnectionError):
        return


def answer(interpreter: Interpreter, job: Job) -> Answer:
    """Do a job; when one of several texts is beyond us, the others are answered all the same."""
    try:
        if job.kind == "embed":
            return interpreter.embed(job.texts)
        return [written(one) for one in interpreter.understand(job.texts)]
    except Exception as why:
        if len(job.texts) == 1:
            return [Failed(type(why).__name__)]
        return [one for text in job.texts for one in answer(interpreter, Job(job.kind, [text]))]
