"""The one way to get rails."""

from pathlib import Path

from guardrails.configuration import CONFIG_FOLDER, read_configuration
from guardrails.rules import RailRules
from guardrails.verdict import Rails


def build_rails(rules: RailRules, folder: Path = CONFIG_FOLDER) -> Rails:
    """Compile all rails once; the first call imports NeMo Guardrails, which takes about two seconds.

    Call it in a thread where something else must go on. A bad expression or an
    unknown rail raises `RailsMisconfigured`.
    """
    from guardrails.nemo import NemoRails

    return NemoRails(rules, read_configuration(folder))
