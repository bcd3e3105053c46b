"""Puts the knowledge base together with what its answers are kept in."""

import time
from collections.abc import Callable
from datetime import date

from redis.asyncio import Redis

from app.answers.metrics import count_answer
from app.answers.shared import ValkeyAnswers
from app.db import Database
from app.privacy.vault import Vault
from knowledge.base import ArticleBase


def build_knowledge(
    database: Database, redis: Redis, vault: Vault, floor: float, today: Callable[[], date]
) -> ArticleBase:
    """Build the knowledge base; nothing is read yet."""
    return ArticleBase(
        database.tenant,
        time.monotonic,
        lend=database.anyone,
        floor=floor,
        shared=ValkeyAnswers(redis, vault.derive),
        today=today,
        counted=count_answer,
    )
