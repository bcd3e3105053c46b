"""Measures how well two wishes in one message are told apart, and how often one wish is torn in two."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frontdesk_nlu.measuring.intents import READ_TOGETHER, Files, trained
from frontdesk_nlu.measuring.tables import BadTable, Columns, json_lines, read_labelled
from frontdesk_nlu.model.training import Say


@dataclass(frozen=True)
class Told:
    """A message with the intents somebody gave it, in the order of mention."""

    text: str
    intents: tuple[str, ...]


def told_messages(path: Path) -> Sequence[Told]:
    """Read a `.jsonl` file of `text` and `intents`; what cannot be used is named with file and line."""
    return [told(row, place) for place, row in json_lines(path, "`text` and `intents`")]


def told(row: Mapping[str, Any], place: str) -> Told:
    """Read one message."""
    match row:
        case {"text": str(text), "intents": [str(), *_] as intents} if all(
            isinstance(name, str) for name in intents
        ):
            return Told(text, tuple(intents))
    raise BadTable(f"{place}: an object with `text` and a list `intents` of one or more names is expected")


def measure(files: Files, singles: Path | None, say: Say) -> dict[str, Any]:
    """Train the shipped pipeline, split the messages of `files.test` and those of `singles`."""
    messages = told_messages(files.test) if files.test else []
    wishes = single_texts(singles, files.columns) if singles else []
    if not messages and not wishes:
        raise BadTable("nothing to measure on: give --test FILE or --singles FILE")
    with tempfile.TemporaryDirectory(prefix="frontdesk-measure-") as scratch:
        model = trained(files, Path(scratch), say)
        say(f"splitting {len(messages)} messages and {len(wishes)} single wishes")
        heard = list(split_intents(model, [*(message.text for message in messages), *wishes]))
    ours, others = heard[: len(messages)], heard[len(messages) :]
    return {
        "figures": figures(messages, ours) | single_figures(others),
        "missed": missed(messages, ours),
    }


def single_texts(path: Path, columns: Columns) -> Sequence[str]:
    """Read texts of which each holds one wish; what it is called does not matter."""
    return [row.text for row in read_labelled(path, Columns(columns.text, columns.text))]


def split_intents(model: Path, texts: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Name the intents of every text's clauses; a text that stays whole has none."""
    from frontdesk_nlu.serving.interpreter import Interpreter

    interpreter = Interpreter.open(model)
    for start in range(0, len(texts), READ_TOGETHER):
        for understood in interpreter.understand(texts[start : start + READ_TOGETHER]):
            yield tuple(clause["intent"]["name"] for clause in understood.answer["clauses"])


def figures(messages: Sequence[Told], heard: Sequence[tuple[str, ...]]) -> dict[str, float]:
    """Count exact hits: no wish is missing, and none was added."""
    both = list(zip(messages, heard, strict=True))
    pairs = [(message.intents, said) for message, said in both if len(message.intents) > 1]
    single = [said for message, said in both if len(message.intents) == 1]
    return {
        **share("pairs_found", [sorted(truth) == sorted(said) for truth, said in pairs]),
        **share("pairs_in_order", [truth == said for truth, said in pairs]),
        **share("pairs_split", [len(said) > 1 for _, said in pairs]),
        **share("single_kept", [not said for said in single]),
        **({"pairs_count": float(len(pairs))} if pairs else {}),
        **({"single_count": float(len(single))} if single else {}),
    }


def single_figures(heard: Sequence[tuple[str, ...]]) -> dict[str, float]:
    """Tell how many texts with one wish were torn."""
    if not heard:
        return {}
    return {**share("false_splits", [len(said) > 1 for said in heard]), "singles_count": float(len(heard))}


def share(name: str, hits: Sequence[bool]) -> dict[str, float]:
    """Return a share under its name; of nothing there is none."""
    return {name: sum(hits) / len(hits)} if hits else {}


def missed(messages: Sequence[Told], heard: Sequence[tuple[str, ...]]) -> list[tuple[str, str, int]]:
    """Count, commonest first, which wishes were told wrongly and as what."""
    wrong = Counter(
        (" + ".join(message.intents), " + ".join(said) or "one wish")
        for message, said in zip(messages, heard, strict=True)
        if (sorted(message.intents) != sorted(said) if len(message.intents) > 1 else said)
    )
    return [(truth, said, often) for (truth, said), often in wrong.most_common()]
