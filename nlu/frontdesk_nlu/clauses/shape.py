"""What one side of a cut looks like: a question, a request, a fact, or a part of what the other side says."""

import re
from dataclasses import dataclass

LONGEST_COURTESY = 60

OPENING = re.compile(
    r"^(?:(?:hi|hello|hey|good (?:morning|day|evening|afternoon)|dear [a-z]+|thanks|thank you|sorry|well|ok"
    r"|okay|please|just|actually|again|so|there|team|all|also|and|oh)\b[\s,.!:-]*){1,6}",
    re.I,
)
COURTESY = re.compile(
    r"^(?:(?:hi|hello|hey|hiya|good (?:morning|day|evening|afternoon)|dear|sir|madam|team|all|there|everyone"
    r"|many|thanks|thank|you|so|very|much|a lot|again|in advance|cheers|regards|kind|best|warm|sincerely"
    r"|yours|bye|please|help|me|asap|ok|okay|sorry|to bother you|for (?:your|the|any) help"
    r"|if (?:you can|possible|so)|hope|i|we|are|is|well|have a (?:nice|good|great|lovely) day|urgent|urgently"
    r"|great|nice|anyway|right|now|just|appreciate it|waiting|your (?:reply|answer|help)|for|first(?:ly)?|oh"
    r"|(?:a )?quick (?:one|questions?)|(?:two|three|a few|a couple of|some|one more|another|last) (?:quick )?"
    r"(?:things?|questions?|requests?)"
    r"|hold on|wait|listen|look"
    r"|if (?:not|so|yes|no)|by the way|btw|also|plus|and|separately|unrelated|next|second(?:ly)?|after that)"
    r"\b[\s,.!?:;-]*){1,8}$",
    re.I,
)
ANSWER = re.compile(r"(?:yes|yeah|yep|yup|no|nope|nah|correct|exactly|thanks|cheers|bye|goodbye)\W*$", re.I)
THANKS = re.compile(r"^(?:\w+[\s,.!]+){0,2}(?:thanks|thank you|thx|cheers)\b(?! in advance)", re.I)
NAMED = re.compile(r"\bname(?:'s| is) \w+(?: \w+)?")
TELLING = frozenset({
    "", "and", "so", "also", "but", "it's", "its", "it", "that's", "this", "that", "i", "i'm", "am", "mean",
    "meant", "for", "about", "regarding", "my", "the", "our", "order", "customer", "account", "reference",
    "tracking", "id", "no.", "nr", "number", "numbers", "is", "are", "was", "email", "e-mail", "mail",
    "phone", "tel", "one",
})  # fmt: skip

QUESTION = re.compile(
    r"^(?:what|where|when|why|how|who|whose|which|is|are|am|was|were|do|does|did|can|could|will|would|may|might|has"
    r"|have|had|should|shall|any (?:chance|idea|news|way|update))\b"
)
DEEDS = (
    "tell|send|give|cancel|change|help|add|remove|check|close|open|delete|refund|return|exchange|replace"
    "|track|update|resend|reset|stop|pause|order|put|take|make|get|show|call|ring|phone|connect|transfer"
    "|explain|book|apply|sign|subscribe|unsubscribe|swap|switch|move|find|forward|email|mail|text|confirm"
    "|set|create|register|redeem|activate|block|freeze|top up|pay|buy|reorder|repeat|ship|deliver|look"
    "|use|correct|edit|hold|skip|schedule|remind|play|turn"
)
REQUEST = re.compile(
    r"^(?:(?:i|we) (?:want|need|would like|wish|have to|must|am looking|are looking|am trying|require|demand"
    r"|would love|would prefer|am hoping|prefer)\b|(?:can|could|will|would) (?:you|i|we|someone)\b|i would\b"
    rf"|let (?:me|us)\b|(?:{DEEDS})\b(?! (?:is|was|has|did|does|will|are|were|number|status|date)\b))"
)
DEPENDENT = re.compile(
    r"^(?:because|since|so|as|if|when|while|after|before|until|unless|although|though|it|its|that|this|they|them"
    r"|these|those|which|who|whom|to|for|with|from|in|on|at|of|by|not|than|both|he|she|him|her"
    r"|the (?:same|other|money|amount|fee)|then|now|still|even|only|yet|or|nor|either|instead|otherwise"
    r"|therefore|however|been|being|got|never)\b"
)
ADDITION = re.compile(r"\b(?:also|too|as well|another|additionally|besides|extra|apart from)\b")
MENTION = re.compile(r"\b(?:it|that|this|them|these|those|one|same)\b")


def courtesy(text: str) -> bool:
    """Say whether a part is only a greeting, thanks, a name or a number, which is no wish of its own."""
    return len(text) <= LONGEST_COURTESY and (COURTESY.match(text.strip()) is not None or identifies(text))


def answer(text: str) -> bool:
    """Say whether a part is a whole answer in one word: "yes", "no"."""
    return len(text) <= LONGEST_COURTESY and ANSWER.match(text.strip()) is not None


def thankful(text: str) -> bool:
    """Say whether a short part thanks; whether that is a message of its own, what follows decides."""
    return len(text) <= LONGEST_COURTESY and THANKS.search(text) is not None


def identifies(text: str) -> bool:
    """Say whether a part only tells who or which order is meant: "my order number is 1042"."""
    words = [
        word if word == "no." else word.strip(".,:;!?()#'\"") for word in NAMED.sub("", text.lower()).split()
    ]
    return all(word in TELLING or "@" in word or any(map(str.isdigit, word)) for word in words)


@dataclass(frozen=True)
class Shape:
    """The signs of one side."""

    question: bool
    request: bool
    dependent: bool
    mentions: bool
    adds: bool
    words: int


def shape(prepared: str) -> Shape:
    """Read the shape of a prepared text; what opens a message politely says nothing."""
    body = OPENING.sub("", prepared)
    return Shape(
        question=body.rstrip().endswith("?") or QUESTION.match(body) is not None,
        request=REQUEST.match(body) is not None or prepared.startswith("please"),
        dependent=DEPENDENT.match(body) is not None,
        mentions=MENTION.search(body) is not None,
        adds=ADDITION.search(prepared) is not None,
        words=body.count(" ") + 1,
    )
