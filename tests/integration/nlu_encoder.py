"""The encoder of the NLU service, run in its own interpreter."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

NLU = Path("nlu").absolute()
NLU_PYTHON = NLU / ".venv" / "bin" / "python"
ENCODE = """
import json, sys
from frontdesk_nlu.encoding.encoder import Encoder, shipped_model
encoder = Encoder(shipped_model())
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
    """Embed texts in the NLU environment."""
    child = await asyncio.create_subprocess_exec(
        NLU_PYTHON, "-c", ENCODE, cwd=NLU, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await child.communicate(json.dumps(texts).encode())
    vectors: list[list[float]] = json.loads(output)
    return vectors
