"""Finds and reads the files of a Rasa project; every value remembers where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.companies.errors import CannotRead
from app.companies.rasa.left import Leftovers
from policies.source import Source, YamlPath, read_source

DATA = ("nlu", "rules", "stories")
DOMAIN = ("intents", "entities", "slots", "responses", "forms", "actions", "e2e_actions")
KNOWN = frozenset({*DATA, *DOMAIN, "version", "session_config", "config"})
FOLDERS = ("domain", "data")
MOST_FILES = 1_000
MOST_BYTES = 10 * 1024 * 1024
SETTINGS = {
    "config.yml": "Understanding is Frontdesk's own; thresholds stand in book/thresholds.yaml",
    "endpoints.yml": "Systems are declared in book/connections; trackers and brokers are not needed",
    "credentials.yml": "Set up the channels that it names again; no credential was copied",
}


@dataclass(frozen=True, kw_only=True)
class Project:
    """The parsed files of a project that belong to its bot."""

    folder: Path
    sources: tuple[Source, ...]

    def items(self, key: str) -> Iterator[tuple[Source, YamlPath, Any]]:
        """Yield the entries of a section of all files: of a list each value, of a mapping each name."""
        for source in self.sources:
            content = source.content.get(key)
            if isinstance(content, dict):
                yield from ((source, (key, name), value) for name, value in content.items())
            elif isinstance(content, list):
                yield from ((source, (key, index), value) for index, value in enumerate(content))


def read_project(folder: Path, left: Leftovers) -> Project:
    """Read a project; raises `CannotRead` with every file that cannot be read."""
    if not folder.is_dir():
        raise CannotRead(
            f"There is no folder {folder}. Name the folder of a Rasa project, with domain.yml in it."
        )
    sources = [read(folder, path) for path in files_of(folder, left)]
    broken = [f"{folder}/{problem}" for source in sources for problem in source.problems]
    if broken:
        raise CannotRead("\n".join(broken))
    kept = tuple(source for source in sources if is_rasa(source, left))
    project = Project(folder=folder, sources=kept)
    if not any(True for key in (*DATA, *DOMAIN) for _ in project.items(key)):
        raise CannotRead(
            f"{folder} holds no Rasa project: no intents, responses, rules or stories are in its YAML files."
        )
    return project


def files_of(folder: Path, left: Leftovers) -> list[Path]:
    """List the project's own YAML files; one that leads out of the project is not followed."""
    inside = [path for name in FOLDERS for path in (folder / name).rglob("*")]
    found = sorted({*folder.glob("*.y*ml"), *(path for path in inside if path.suffix in (".yml", ".yaml"))})
    home, kept = folder.resolve(), []
    for path in [*found, *(path for path in inside if path.suffix == ".md")]:
        name = path.relative_to(folder).as_posix()
        source = Source(file=name, content=None, marks={}, keys={})
        if path.name in SETTINGS and path.parent == folder:
            left.note(source, (), "this file was not taken over", f"{SETTINGS[path.name]}.")
        elif path.suffix == ".md":
            left.note(
                source, (), "Rasa 1 wrote its data like this", "Convert it with Rasa's own converter first."
            )
        elif not path.is_file() or not path.resolve().is_relative_to(home):
            left.note(source, (), "this leads out of the project and was not read", "Copy the file into it.")
        else:
            kept.append(path)
    if len(kept) > MOST_FILES:
        raise CannotRead(
            f"{folder} holds {len(kept)} YAML files, more than any bot has. Name the bot's own folder."
        )
    return kept


def read(folder: Path, path: Path) -> Source:
    """Parse one file; too large or too deep a file is refused."""
    name = path.relative_to(folder).as_posix()
    if path.stat().st_size > MOST_BYTES:
        raise CannotRead(f"{path} is larger than 10 MB. Split it, or remove what is generated.")
    try:
        return read_source(path, name)
    except RecursionError:
        raise CannotRead(f"{path}: its lists or mappings are nested too deeply.") from None


def is_rasa(source: Source, left: Leftovers) -> bool:
    """Whether a file belongs to the bot; what is unknown in it is noted."""
    content = source.content
    if not isinstance(content, dict) or not any(key in content for key in (*DATA, *DOMAIN)):
        if source.file.startswith(FOLDERS):
            left.note(source, (), "nothing in this file is Rasa's", "Look whether it is needed.")
        return False
    for key in content:
        if key not in KNOWN:
            left.note(source, (key,), f"'{key}' is not known here", "Look whether it is needed.")
    for key in (*DATA, *DOMAIN):
        wanted = (list, dict) if key in DOMAIN else list
        if content.get(key) is not None and not isinstance(content[key], wanted):
            left.note(source, (key,), f"'{key}' is no list", "Write it as Rasa's documentation shows.")
    version = str(content.get("version") or "3.1")
    if not version.startswith("3."):
        left.note(
            source, ("version",), f"version {version} was read as 3.1", "Look at its slots and forms again."
        )
    return True
