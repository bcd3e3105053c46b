"""Writes what an OpenAPI document offers as files of a book: the connection, its tools, and a first flow."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from app.companies.first_look import first_look_files, looked_up
from app.companies.offering import Offer, OfferedTool
from tools.declared.declaration import Argument, Field

SECRET_TO_COME = "replace-me"  # noqa: S105 - says that there is none yet

HEAD = """\
# {title}: the system, and the tools over it. The document itself is connections/documents/{file}.
# What only reads is offered as it stands: keep what your flows need, remove the rest, and give values the
# names that your people use. What changes something is commented out: see the end of this file.
"""
DECIDE = """
  # Each of these changes something. Before you take one away from behind its `#`, decide:
  #   risk     write, or money where it moves money; read where a POST only searches
  #   key      how the system is told that a second try is the same: a header, or a field of its own
  #   settle   who knows what became of it when no answer came: `repeat`, or a tool that reads
  # Then make it an action in actions.yaml, with its question, its rules and its place in conflicts.yaml.
"""
OWNER = "    # Does it belong to a customer? Then `owner_at: /customer_id` lets only that customer read it.\n"


def offered_files(offer: Offer) -> tuple[dict[str, str], str]:
    """Give the files of the book that the document adds, and what the README says about them."""
    name = offer.connection
    files = {
        f"book/connections/{name}.yaml": connection_text(offer),
        f"book/connections/documents/{offer.file}": offer.text,
    }
    if offer.scheme:
        files[secret_file(offer)] = f"{SECRET_TO_COME}\n"
    first = looked_up(offer)
    return files | (first_look_files(first) if first else {}), about_tools(offer, first)


def secret_name(offer: Offer) -> str:
    """What the connection calls its secret."""
    return f"{offer.connection}_key"


def secret_file(offer: Offer) -> str:
    """Where the secret stands."""
    return f"secrets/frontdesk_secret_{secret_name(offer)}"


def connection_text(offer: Offer) -> str:
    """Write the connection's file."""
    entry: dict[str, Any] = {"kind": "openapi", "document": f"documents/{offer.file}"}
    if offer.url:
        entry["url"] = offer.url
    if offer.scheme:
        entry["auth"] = {"scheme": offer.scheme, "secret": secret_name(offer)}
    lines = [HEAD.format(title=" ".join(offer.title.split()), file=offer.file), "connections:\n"]
    lines += [f"  {offer.connection}:\n", *(f"    {key}: {inline(one)}\n" for key, one in entry.items())]
    reading = [tool for tool in offer.tools if tool.reads]
    lines += ["\ntools:\n" if reading else "\ntools: {}\n"]
    lines += ["\n".join(tool_text(tool) for tool in reading)]
    changing = [commented(tool_text(tool)) for tool in offer.tools if not tool.reads]
    return "".join([*lines, DECIDE, "  #\n".join(changing)] if changing else lines)


def tool_text(offered: OfferedTool) -> str:
    """Write one tool."""
    tool = offered.declared
    text = f"  {offered.name}:\n"
    text += f"    connection: {tool.connection}\n    description: {inline(tool.description)}\n"
    text += f"    risk: {tool.risk}\n    operation: {inline(tool.operation)}\n"
    if tool.args:
        text += "    args:\n" + "".join(
            entries({name: argument(name, one) for name, one in tool.args.items()})
        )
    if tool.found_at:
        text += f"    found_at: {inline(tool.found_at)}\n"
    if tool.owner_at:
        text += f"    owner_at: {inline(tool.owner_at)}\n"
    elif offered.reads and not any(one.customer for one in tool.args.values()):
        text += OWNER
    return (
        text
        + "    result:\n"
        + "".join(entries({name: result(name, one) for name, one in tool.result.items()}))
    )


def argument(name: str, one: Argument) -> Any:
    """An argument, as short as it can be written."""
    given: dict[str, Any] = {"customer": "id"} if one.customer else {"type": one.kind}
    if one.to != name:
        given["to"] = one.to
    if one.optional:
        given["optional"] = True
    return one.kind if given == {"type": one.kind} else given


def result(name: str, one: Field) -> Any:
    """A value of the answer, as short as it can be written."""
    given: dict[str, Any] = {"type": one.kind}
    if one.at != f"/{name}":
        given["at"] = one.at
    if one.optional:
        given["optional"] = True
    return one.kind if given == {"type": one.kind} else given


def entries(values: Mapping[str, Any]) -> Iterator[str]:
    """Write entries below a tool's key."""
    for name, value in values.items():
        yield f"      {name}: {inline(value)}\n"


def inline(value: Any) -> str:
    """Write a value on one line, quoted where YAML wants it."""
    written = yaml.safe_dump(
        value, default_flow_style=True, width=10_000, allow_unicode=True, sort_keys=False
    )
    return written.removesuffix("\n").removesuffix("\n...")


def commented(text: str) -> str:
    """Put a tool behind `#`, so that taking the marks away leaves it as it should be."""
    return "".join(f"  # {line[2:]}\n" for line in text.splitlines())


def about_tools(offer: Offer, first: OfferedTool | None) -> str:
    """What the README says about the tools."""
    steps = [
        f"`book/connections/{offer.connection}.yaml` offers what {offer.title} can do: "
        "tools that read are there, tools that change something wait behind `#` for your decision."
    ]
    if offer.url:
        steps.append(f"Write the system's address there: its `url` is now {offer.url}, which is nowhere.")
    if offer.scheme:
        steps.append(f"Put the key for it into `{secret_file(offer)}`, and nothing else.")
    if first:
        steps.append(
            f"The flow in `book/flows/look_up.yaml` reads through `{first.name}`: look at it, and replace "
            "the made-up examples in `book/intents/look_up.yaml` by what your customers write."
        )
    return "".join(f"{number}. {step}\n" for number, step in enumerate(steps, start=6))
