"""Reads the lines about other things, which mark where a shop's subject ends."""

from collections.abc import Sequence
from pathlib import Path

import yaml

OFF_TOPIC = Path(__file__).parent / "off_topic.yaml"


def off_topic_lines(path: Path = OFF_TOPIC) -> Sequence[str]:
    """Read what customers write that no shop answers."""
    return [str(line) for line in yaml.safe_load(path.read_text("utf-8"))["lines"]]
