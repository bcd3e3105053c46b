"""Guesses the language of a text, says how far to trust the guess, and notices a change of language."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from frontdesk_nlu.reading.everyday import everyday_words, languages_of_words, votes

CONSIDERED = ("cs", "da", "de", "en", "es", "fi", "fr", "it", "nl", "no", "pl", "pt", "sv", "tr", "uk")
READ_WORDS = 60
"""A language shows in its first words; more would only cost time."""

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
SURE_WORDS = 4
"""With fewer words than this, letter patterns are worth proportionally less."""

PLAIN = 0.8
"""From this share of familiar words on, and without a foreign one, letter patterns are not asked."""

LETTERS_ALONE = 0.55
"""What letter patterns are worth without a single familiar word: nonsense looks like some language, too."""

CONVERSATION = 8.0
"""How much likelier a conversation goes on in its language than it changes to some other one."""

SWITCHED_WORDS = 1.5
SWITCHED_SHARE = 0.2


@dataclass(frozen=True)
class Language:
    """How likely each language is for a text, and whether the text changes between two."""

    shares: Mapping[str, float]
    mixed: bool = False
    familiar: frozenset[str] | None = None
    """The languages of which the text holds an everyday word; None where nobody looked."""

    def settled(self, prior: str | None = None) -> tuple[str, float]:
        """Return the likeliest code with its share, given the language spoken so far."""
        weighed = {
            code: share * (CONVERSATION if code == prior else 1) for code, share in self.shares.items()
        }
        code = max(weighed, key=lambda one: weighed[one])
        return code, round(weighed[code] / sum(weighed.values()), 3)

    def told(self, prior: str | None = None) -> dict[str, object]:
        """Write it the way the contract has it."""
        code, confidence = self.settled(prior)
        if self.familiar is not None and code not in self.familiar:
            confidence = round(confidence * LETTERS_ALONE, 3)
        return {"code": code, "confidence": confidence, "mixed": self.mixed}


class LanguageGuess:
    """Reads letter patterns and everyday words; those of the training examples are the home language's."""

    def __init__(self, home: str, known_words: Iterable[str]) -> None:
        self._home = home
        self._known = (frozenset(known_words) | everyday_words().get(home, frozenset())) - self._foreign(home)
        self._identifier = LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
        self._identifier.set_languages(list(CONSIDERED))

    @staticmethod
    def _foreign(home: str) -> frozenset[str]:
        """Return everyday words of other languages; an example may quote one, such as a street's name."""
        return frozenset(word for word, codes in languages_of_words().items() if home not in codes)

    def guess(self, text: str) -> Language:
        """Weigh the languages of a text; nothing readable leaves the question to the conversation."""
        words = words_of(text)
        if not words:
            return Language({self._home: 0.02} | dict.fromkeys(CONSIDERED, 0.02))
        known = sum(word in self._known for word in words)
        foreign = votes(words)
        if self._home in foreign:
            known += round(foreign.pop(self._home))
        if not foreign and known >= PLAIN * len(words):
            return Language({self._home: 1.0})
        return Language(
            self._shares(text, words, known, foreign),
            mixed=switched(known, foreign, len(words)),
            familiar=frozenset((self._home, *foreign)),
        )

    def _shares(
        self, text: str, words: Sequence[str], known: int, foreign: Mapping[str, float]
    ) -> dict[str, float]:
        """Add up what letters and words say; few words leave doubt, which goes to the home language."""
        sureness = min(len(words), SURE_WORDS) / SURE_WORDS
        shares = {
            code: sureness * float(share) for code, share in self._identifier.rank(text) if share > 1e-4
        }
        for code, count in foreign.items():
            shares[code] = shares.get(code, 0.0) + count / len(words)
        home = shares.get(self._home, 0.0) + known / len(words) + (1 - sureness) / 2
        shares[self._home] = home
        total = sum(shares.values())
        return {code: round(share / total, 4) for code, share in shares.items()}


def switched(known: int, foreign: Mapping[str, float], count: int) -> bool:
    """Say whether a text holds enough words of two languages to be written in both."""
    other = max(foreign.values(), default=0.0)
    enough = other >= SWITCHED_WORDS or other / count >= SWITCHED_SHARE
    return enough and known >= 2 and known / count >= SWITCHED_SHARE


def words_of(text: str) -> list[str]:
    """Return the first words of a text in lower case."""
    found = WORD.findall(text.lower())
    return found[:READ_WORDS]
