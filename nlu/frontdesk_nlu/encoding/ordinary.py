"""Lines as customers write them, by which the encoder's number ranges are fixed."""

from pathlib import Path

import yaml

from frontdesk_nlu.reading.text import prepared

FILE = Path(__file__).parent / "ordinary.yaml"


def ordinary_lines() -> list[str]:
    """Return the lines in the form in which the encoder gets them."""
    return [prepared(line) for line in yaml.safe_load(FILE.read_text("utf-8"))]
