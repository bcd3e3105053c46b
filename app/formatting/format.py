"""One reply in a channel's best form. Pure: the same reply gives the same messages, so a retry repeats."""

from collections.abc import Sequence
from dataclasses import replace

from app.formatting.capabilities import Capabilities, Labels, measure
from app.formatting.dialects import written
from app.formatting.parts import Part, PartKind
from app.formatting.reply import Attachment, Card, Choice, Reply
from app.formatting.splitting import split
from app.formatting.words import Word, link_word, plain_words, words_of

Form = tuple[PartKind, Labels]


def format_reply(reply: Reply, to: Capabilities) -> tuple[Part, ...]:
    """Lay a reply out: no word, number, link or choice of it is missing, and no limit is passed."""
    composing = _Composing(reply, to)
    composing.say(words_of(reply.text))
    for one in reply.citations:
        composing.line([*plain_words(f"[{one.number}]"), link_word(one.title, one.url)])
    composing.offer(reply.items, [("menu", to.menu), ("buttons", to.buttons)])
    composing.show(reply.cards)
    composing.attach(reply.attachments)
    composing.offer(reply.choices, [("buttons", to.buttons), ("quick_replies", to.quick_replies)])
    composing.offer(reply.quick_replies, [("quick_replies", to.quick_replies), ("buttons", to.buttons)])
    return composing.finished()


class _Composing:
    """Gathers words until something must go with them."""

    def __init__(self, reply: Reply, to: Capabilities) -> None:
        self._reply = reply
        self._to = to
        self._words: list[Word] = []
        self._parts: list[Part] = []
        self._numbered = 0

    def say(self, words: Sequence[Word]) -> None:
        """Add a paragraph."""
        self._add(words, "\n\n")

    def line(self, words: Sequence[Word]) -> None:
        """Add a line."""
        self._add(words, "\n")

    def offer(self, choices: Sequence[Choice], forms: Sequence[tuple[PartKind, Labels | None]]) -> None:
        """Offer choices as the channel can; the rest are lines, numbered where they can be answered."""
        known = [(kind, labels) for kind, labels in forms if labels is not None]
        native = next((form for form in known if self._words and _fit(choices, form[1])), None)
        if choices and native is not None:
            self._numbered += sum(choice.url is None for choice in choices)
            self._flush(native[0], choices, native[1])
        elif pages := [choice for choice in choices if choice.url is not None]:
            self._lines(pages)
            self.offer([choice for choice in choices if choice.url is None], forms)
        elif choices:
            short = self._lines(choices)
            form = next((form for form in known if _fit(short, form[1])), None)
            if form is not None:
                self._flush(form[0], short, form[1])

    def show(self, cards: Sequence[Card]) -> None:
        """Show cards as such, or as paragraphs."""
        limits = self._to.cards
        if not cards or limits is None or not all(self._card_fits(card) for card in cards):
            for card in cards:
                self._tell(card)
            return
        self._flush("text")
        for at in range(0, len(cards), limits.most):
            self._part("cards", cards=tuple(cards[at : at + limits.most]))
        self._numbered += sum(choice.url is None for card in cards for choice in card.choices)

    def attach(self, files: Sequence[Attachment]) -> None:
        """Send files as such, or as links."""
        if not self._to.media:
            for file in files:
                self.line([link_word(file.name, file.url)])
            return
        if files:
            self._flush("text")
        for file in files:
            self._part("media", text=file.name, media=file)

    def finished(self) -> tuple[Part, ...]:
        """All messages."""
        self._flush("text")
        return tuple(self._parts)

    def _add(self, words: Sequence[Word], before: str) -> None:
        for number, word in enumerate(words):
            self._words.append(replace(word, before=before) if number == 0 and self._words else word)

    def _lines(self, choices: Sequence[Choice]) -> list[Choice]:
        """Write choices as lines; returned are those that can be answered, with numbers for labels."""
        short = []
        for place, choice in enumerate(choices):
            if choice.url is not None:
                words: list[Word] = [link_word(choice.title, choice.url, "")]
            else:
                self._numbered += 1
                short.append(Choice(title=str(self._numbered), payload=choice.payload))
                words = [*plain_words(f"{self._numbered}."), *plain_words(choice.title, " ")]
            words += plain_words(f": {choice.description}") if choice.description else ()
            self._add(words, "\n" if place else "\n\n")
        return short

    def _tell(self, card: Card) -> None:
        self.say([replace(word, bold=True) for word in plain_words(card.title)])
        self.line(plain_words(card.text))
        if card.image_url is not None:
            self.line([link_word(card.image_url, card.image_url)])
        self._lines(card.choices)

    def _card_fits(self, card: Card) -> bool:
        limits = self._to.cards
        assert limits is not None
        room = len(card.title) <= limits.title and len(card.text) <= limits.text
        return room and (not card.choices or _fit(card.choices, limits.choices))

    def _flush(self, kind: PartKind, choices: Sequence[Choice] = (), labels: Labels | None = None) -> None:
        """Send what was gathered; what is offered stands with the last of it."""
        if not self._words:
            return
        messages = split(self._words, lambda words: self._fits(words, self._to.text))
        beside = labels.text if labels else None
        if beside is not None and not self._fits(messages[-1], beside):
            messages += split(messages.pop(), lambda words: self._fits(words, beside))
        for words in messages[:-1]:
            self._part("text", text=written(words, self._to.dialect))
        self._part(kind, text=written(messages[-1], self._to.dialect), choices=tuple(choices))
        self._words = []

    def _fits(self, words: Sequence[Word], limit: int) -> bool:
        return measure(written(words, self._to.dialect), self._to.unit) <= limit

    def _part(
        self,
        kind: PartKind,
        *,
        text: str = "",
        choices: tuple[Choice, ...] = (),
        cards: tuple[Card, ...] = (),
        media: Attachment | None = None,
    ) -> None:
        self._parts.append(
            Part(
                kind=kind,
                text=text,
                markup=self._to.dialect if kind != "media" else "plain",
                choices=choices,
                cards=cards,
                media=media,
                language=self._reply.language,
            )
        )


def _fit(choices: Sequence[Choice], labels: Labels) -> bool:
    """Whether choices can be offered as they are: whole labels, whole payloads, all of them."""
    return len(choices) <= labels.most and all(_fits_one(choice, labels) for choice in choices)


def _fits_one(choice: Choice, labels: Labels) -> bool:
    if choice.url is not None and not labels.links:
        return False
    room = len(choice.title) <= labels.label and len(choice.payload.encode()) <= labels.payload
    return room and len(choice.description) <= labels.description and bool(choice.title.strip())
