"""`dlq list` and `dlq replay`: events that failed for good, and another try."""

import typer

group = typer.Typer(help="Events that failed for good.", no_args_is_help=True)
