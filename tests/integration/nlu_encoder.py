"""The encoder of the NLU service, run in its own interpreter."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from tests.learning import FOLDER, trained

NLU = Path("nlu").absolute()
NLU_PYTHON = NLU / ".venv" / "bin" / "python"
MODEL = FOLDER / "model"
ENCODE = """
import json, pathlib, sys
from frontdesk_nlu.encoding.encoder import Encoder
from frontdesk_nlu.model.folder import ModelFolder
encoder = Encoder(ModelFolder(pathlib.Path(sys.argv[1])).encoder)
json.dump([encoder.encode(text).tolist() for text in json.load(sys.stdin)], sys.stdout)
"""


class NluEncoder:
    """The NLU service's encoder, run in its own interpreter; it starts once for all texts it is told of."""

    def __init__(self, expected: Sequence[str]) -> None:
        self._expected = list(dict.fromkeys(expected))
        self._known: dict[str, list[float]] = {}

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if not self._known:
            vectors = await encode(self._expected)
            self._known = dict(zip(self._expected, vectors, strict=True))
        return [self._known[text] for text in texts]


async def encode(texts: Sequence[str]) -> list[list[float]]:
    """Embed texts in the NLU environment, with the encoder of the model that all tests share."""
    await trained()
    child = await asyncio.create_subprocess_exec(
        NLU_PYTHON,
        "-c",
        ENCODE,
        MODEL,
        cwd=NLU,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await child.communicate(json.dumps(texts).encode())
    vectors: list[list[float]] = json.loads(output)
    return vectors
