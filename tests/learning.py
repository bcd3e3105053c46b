"""The model that all tests share: `python -m tests.learning` trains it before suites run side by side."""

import asyncio

from app.commands.book import training_text
from app.embedded.training import Model, train
from app.settings import ROOT, Settings

FOLDER = ROOT / ".tools" / "test-nlu"
"""NLU's own tests train the same corpus into it: whoever comes first."""


async def trained() -> Model:
    """Return the rule book's model; it is trained again only when examples or NLU's code changed."""
    return await train(training_text(Settings().book), FOLDER, print, log=FOLDER / "training.log")


if __name__ == "__main__":
    asyncio.run(trained())
