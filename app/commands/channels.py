"""`frontdesk channel`: the channels by which customers write."""

import typer

from app.commands import mails

group = typer.Typer(help="Channels by which customers write.", no_args_is_help=True)
group.add_typer(mails.group, name="parse")
