"""Guesses the language of a text, and says how far to trust the guess."""

import re
from collections.abc import Iterable

from py3langid.langid import MODEL_FILE, LanguageIdentifier

CONSIDERED = ("cs", "da", "de", "en", "es", "fi", "fr", "it", "nl", "no", "pl", "pt", "sv", "tr", "uk")
WORD = re.compile(r"[^\W\d_]+")
SURE_WORDS = 4
"""With fewer words than this the guess is worth proportionally less."""


class LanguageGuess:
    """Reads letter patterns, with the words of the training examples as the prior for their language."""

    def __init__(self, home: str, known_words: Iterable[str]) -> None:
        self._home = home
        self._known = frozenset(known_words)
        self._identifier = LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
        self._identifier.set_languages(list(CONSIDERED))

    def guess(self, text: str) -> tuple[str, float]:
        """Return a language code and a confidence; nothing readable gives the home language at 0."""
        words = words_of(text)
        if not words:
            return self._home, 0.0
        known = sum(word in self._known for word in words) / len(words)
        code, share = self._identifier.classify(text)
        likely = min(float(share), 1.0)
        if code == self._home or known >= 0.6:
            return self._home, round(max(likely if code == self._home else 0.0, known), 3)
        sureness = min(len(words), SURE_WORDS) / SURE_WORDS
        return str(code), round(likely * sureness * (1 - known), 3)


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return [found.group().lower() for found in WORD.finditer(text)]
