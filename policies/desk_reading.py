"""Builds the rules of the desk from `desk/*.yaml` and `routing.yaml`, noting what cannot be meant."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from policies.canned import FILLED_IN, unknown_in
from policies.desk import DeskRules, Group, PromiseKind, Targets
from policies.desk_schema import (
    DeskFile,
    PresenceYaml,
    SessionsYaml,
    TargetsYaml,
    WaitingYaml,
    group_of,
    hours_of,
    times_of,
)
from policies.draft import Draft
from policies.problems import did_you_mean
from policies.reading import Reader
from policies.schema import RoutingFile

_ONCE = ("targets", "presence", "waiting", "sessions")


def compile_desk(draft: Draft) -> DeskRules:
    """Build the rules; what a book leaves out is as if everybody answered everything."""
    _, routing = draft.one("routing.yaml", RoutingFile)
    files = draft.many("desk", DeskFile)
    parts = _parts(files)
    presence, waiting = parts.get("presence") or PresenceYaml(), parts.get("waiting") or WaitingYaml()
    return DeskRules(
        targets=_targets(routing, parts.get("targets") or TargetsYaml()),
        hours=hours_of(routing.hours),
        vip_tiers=frozenset(routing.vip_tiers),
        offer_for=timedelta(seconds=presence.offer_seconds),
        away_after=timedelta(seconds=presence.away_after_seconds),
        vanished_after=timedelta(seconds=presence.vanished_after_seconds),
        handling=timedelta(minutes=waiting.handling_minutes),
        tell_every=timedelta(seconds=waiting.tell_every_seconds),
        sessions=times_of(parts.get("sessions") or SessionsYaml()),
        canned_replies=dict(_canned(files)),
        groups=tuple(_groups(files, routing)) or DeskRules().groups,
    )


def _parts(files: tuple[tuple[Reader, DeskFile], ...]) -> dict[str, Any]:
    """Gather what stands once, whichever file it stands in."""
    found: dict[str, Any] = {}
    for reader, shape in files:
        for part in _ONCE:
            if getattr(shape, part) is None:
                continue
            if part in found:
                reader.note(
                    (part,), f"'{part}' stands in another file of desk/, too", "Keep one.", at_key=True
                )
            found[part] = getattr(shape, part)
            if part == "sessions":
                _note_order(reader, shape.sessions or SessionsYaml())
    return found


def _note_order(reader: Reader, shape: SessionsYaml) -> None:
    """Refuse times in which a sitting would close before its warning, or be archived before it closes."""
    steps = (
        ("close_after_minutes", shape.close_after_minutes, "warn_after_minutes", shape.warn_after_minutes),
        (
            "archive_after_hours",
            shape.archive_after_hours * 60,
            "close_after_minutes",
            shape.close_after_minutes,
        ),
    )
    for later, minutes, earlier, before in steps:
        if minutes <= before:
            message = f"'{later}' is not after '{earlier}'"
            hint = "First comes the warning, then closing, then the archive."
            reader.note(("sessions", later), message, hint)


def _canned(files: tuple[tuple[Reader, DeskFile], ...]) -> Iterator[tuple[str, str]]:
    """Read the canned replies, noting what nobody fills in."""
    for reader, shape in files:
        for name, text in shape.canned_replies.items():
            for unknown in unknown_in(text):
                hint = did_you_mean(unknown, FILLED_IN)
                reader.note(("canned_replies", name), f"nothing fills in '{{{unknown}}}'", hint)
            yield name, text


def _targets(routing: RoutingFile, shape: TargetsYaml) -> Targets:
    minutes: dict[PromiseKind, Mapping[str, int]] = {"first_reply": routing.first_reply_minutes.model_dump()}
    if shape.next_reply is not None:
        minutes["next_reply"] = shape.next_reply.model_dump()
    if shape.resolution is not None:
        minutes["resolution"] = shape.resolution.model_dump()
    return Targets(minutes=minutes, tier_share=shape.tier_share)


def _groups(files: tuple[tuple[Reader, DeskFile], ...], routing: RoutingFile) -> Iterator[Group]:
    """Build every group, noting names that mean nothing."""
    every = {name: group for _, shape in files for name, group in shape.groups.items()}
    skills = {skill for needed in routing.skills.values() for skill in needed} | set(routing.default_skills)
    seen: set[str] = set()
    for reader, shape in files:
        for name, group in shape.groups.items():
            path = ("groups", name)
            if name in seen:
                reader.note(path, f"'{name}' is defined twice", "Keep one.", at_key=True)
            seen.add(name)
            for index, skill in enumerate(group.takes):
                if skill not in skills:
                    message = f"nothing in routing.yaml needs the skill '{skill}'"
                    reader.note((*path, "takes", index), message, did_you_mean(skill, skills))
            if group.fallback is not None and reader.known_name(
                group.fallback, every, "group", (*path, "fallback")
            ):
                _note_circle(reader, name, {one: shape.fallback for one, shape in every.items()})
            yield group_of(name, group)


def _note_circle(reader: Reader, name: str, fallbacks: Mapping[str, str | None]) -> None:
    """Refuse groups that fall back on each other: a conversation would go round for ever."""
    at, passed = fallbacks[name], {name}
    while at is not None and at not in passed:
        passed.add(at)
        at = fallbacks.get(at)
    if at == name:
        reader.note(("groups", name, "fallback"), f"'{name}' falls back on itself", "Leave the last one out.")
