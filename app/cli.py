"""The `frontdesk` command: one file a group in `app/commands`, imported when asked for."""

import sys
from importlib.metadata import PackageNotFoundError, distribution

import typer

from app.commands import (
    audit,
    book,
    channels,
    clients,
    corrections,
    diffing,
    importing,
    init,
    knowledge,
    letters,
    llm,
    protocol,
    reloading,
    running,
    state,
    talking,
    users,
    versions,
)
from app.commands import tools as tool_commands

PLUGINS = "frontdesk.commands"

command = typer.Typer(
    name="frontdesk",
    help="A customer-service engine that a company runs itself.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

command.command("run")(running.run)
command.command("engine")(running.engine)
command.command("servers")(running.servers)
command.command("migrate")(running.migrate)
command.command("doctor")(state.doctor)
command.command("demo-info")(state.demo_info)
command.command("train")(book.train)
command.command("check")(book.check)
command.command("schema")(book.schema)
command.command("asyncapi")(protocol.asyncapi)
command.command("reload")(reloading.reload)
command.command("diff")(diffing.diff)
command.command("init")(init.init)
command.command("shell")(talking.shell)
command.command("tools")(tool_commands.tools)
command.add_typer(versions.group, name="book")
command.add_typer(channels.group, name="channel")
command.add_typer(importing.group, name="import")
command.add_typer(knowledge.group, name="knowledge")
command.add_typer(letters.group, name="dlq")
command.add_typer(corrections.group, name="corrections")
command.add_typer(llm.group, name="llm")
command.add_typer(users.group, name="user")
command.add_typer(clients.group, name="client")
command.add_typer(audit.group, name="audit")


def add_plugins() -> None:
    """Add the commands of packages above this one: each entry point takes the Typer app."""
    try:
        points = distribution("frontdesk").entry_points.select(group=PLUGINS)
    except PackageNotFoundError:
        return
    for point in points:
        point.load()(command)


def main() -> None:
    """Run one command; a known mistake is one line on stderr and status 1."""
    add_plugins()
    try:
        command()
    except Exception as mistake:
        from app.commands.outcome import known_mistakes

        if not isinstance(mistake, known_mistakes()):
            raise
        print(f"frontdesk: {mistake}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
