"""The worked example of docs/how-to-add-a-channel.md is the code that runs."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to-add-a-channel.md"
CODE = (
    "nlu/frontdesk_channels/vendors/line.py",
    "nlu/frontdesk_channels/connectors/vendors.py",
)


def test_every_line_of_the_worked_example_stands_in_the_code() -> None:
    example = PAGE.read_text("utf-8").partition("## LINE")[2].partition("\n## ")[0]
    blocks = re.findall(r"```python\n(.*?)```", example, re.DOTALL)
    code = [(ROOT / file).read_text("utf-8") for file in CODE]
    assert len(blocks) >= 6
    assert [block for block in blocks if not any(block in text for text in code)] == []
