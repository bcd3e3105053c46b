"""Puts files together from the settings: a folder or a bucket, with a scanner or without."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from app.attachments.scanning import Clamd
from app.attachments.service import Files
from app.blobs.folder import FolderBlobs
from app.blobs.port import Blobs
from app.db import Database
from app.gateway.limits.door import Door
from app.privacy.vault import Vault
from app.rounds import Rounds
from app.rulebooks import BookShelf
from app.settings import Settings
from policies.limits import FileRules

FOLDER = "files"
EVERY_S = 3600.0


def build_files(
    settings: Settings,
    database: Database,
    vault: Vault,
    shelf: BookShelf,
    clock: Callable[[], datetime],
    door: Door,
) -> Files:
    """Build what takes files in and gives them out."""
    return Files(
        tenants=database,
        vault=vault,
        blobs=build_blobs(settings),
        scanner=Clamd(settings.clamd) if settings.clamd else None,
        rules=partial(_rules, shelf),
        clock=clock,
        door=door,
    )


def build_blobs(settings: Settings) -> Blobs:
    """Choose where bytes lie."""
    if settings.files_bucket is None:
        return FolderBlobs(settings.state / FOLDER)
    # Imported here: whoever keeps files in a folder does not load it.
    from app.blobs.s3 import S3Blobs, S3Place

    bucket, _, prefix = settings.files_bucket.removeprefix("s3://").partition("/")
    secret = settings.s3_secret
    assert settings.s3_key_id is not None and secret is not None, "the settings checked it"  # noqa: PT018
    return S3Blobs(
        S3Place(
            bucket=bucket,
            prefix=prefix.strip("/"),
            endpoint=settings.s3_endpoint,
            region=settings.s3_region,
            key_id=settings.s3_key_id,
            secret=secret.get_secret_value(),
        )
    )


def file_rounds(database: Database, files: Files) -> Rounds:
    """Delete, once an hour, what nobody needs any more."""
    return Rounds(
        database,
        files.sweep,
        every_s=EVERY_S,
        first_in_s=EVERY_S,
        missed="files are swept later",
    )


def _rules(shelf: BookShelf, tenant_id: str) -> FileRules:
    return shelf.current(tenant_id).book.files
