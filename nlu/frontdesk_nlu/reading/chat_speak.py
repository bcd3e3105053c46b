"""What people write for short, and what they mean by it."""

import re

SHORT_FOR = {
    "u": "you", "ur": "your", "r": "are", "yr": "your", "urs": "yours", "ya": "you", "im": "i am",
    "ive": "i have", "thats": "that is", "theres": "there is", "wheres": "where is", "whats": "what is",
    "hows": "how is", "whos": "who is", "whens": "when is", "heres": "here is", "lets": "let us",
    "dont": "do not", "dnt": "do not", "doesnt": "does not", "didnt": "did not", "cant": "cannot",
    "couldnt": "could not", "wont": "will not", "wouldnt": "would not", "shouldnt": "should not",
    "isnt": "is not", "arent": "are not", "wasnt": "was not", "werent": "were not", "havent": "have not",
    "hasnt": "has not", "hadnt": "had not", "aint": "is not", "youre": "you are", "theyre": "they are",
    "youve": "you have", "youll": "you will", "wanna": "want to", "gonna": "going to", "gotta": "got to",
    "gimme": "give me", "lemme": "let me", "dunno": "do not know", "idk": "i do not know",
    "pls": "please", "plz": "please", "plss": "please", "plse": "please", "thx": "thanks", "tx": "thanks",
    "thnx": "thanks", "thks": "thanks", "tnx": "thanks", "ty": "thank you", "tysm": "thank you so much",
    "np": "no problem", "asap": "as soon as possible", "btw": "by the way", "fyi": "for your information",
    "bc": "because", "cuz": "because", "coz": "because", "cos": "because", "tho": "though", "thru": "through",
    "abt": "about", "rly": "really", "msg": "message", "acct": "account", "acc": "account", "addr": "address",
    "ord": "order", "ordr": "order", "oder": "order", "odrer": "order", "pkg": "package", "pw": "password",
    "pwd": "password", "recieve": "receive", "recieved": "received", "adress": "address", "refnd": "refund",
    "b4": "before", "w8": "wait", "gr8": "great", "l8": "late", "l8r": "later", "2day": "today",
    "2moro": "tomorrow", "2morrow": "tomorrow", "tmrw": "tomorrow", "tmr": "tomorrow", "nd": "and",
    "wat": "what", "wht": "what", "wen": "when", "hav": "have", "hv": "have", "gud": "good", "kno": "know",
    "smth": "something", "sth": "something", "ppl": "people", "govt": "government", "cannot": "cannot",
}  # fmt: skip
"""Written without an apostrophe; `id`, `ill`, `well`, `were` and `its` are words of their own."""

IRREGULAR = {"can't": "cannot", "won't": "will not", "shan't": "shall not", "let's": "let us", "y'all": "you"}
ENDINGS = {"n't": " not", "'m": " am", "'re": " are", "'ve": " have", "'ll": " will", "'d": " would"}
IS = frozenset({"it", "that", "what", "where", "who", "how", "when", "there", "here", "he", "she", "this"})
"""Words whose `'s` is an `is`; elsewhere it shows whose something is."""

DEED = (
    "add|ask|be|book|buy|call|cancel|change|check|claim|close|confirm|delete|do|exchange|find|fix|get|give|go"
    "|have|hear|help|know|leave|make|move|open|order|pay|pick|place|put|receive|redeem|remove|replace|report"
    "|reset|return|see|send|speak|stop|swap|switch|take|talk|tell|track|try|update|use|wait|you|u|me"
)
MEANT_FOR = "my|your|ur|the|me|a|an|this|that|us|it|him|her|free|now|ages|days|weeks|u|you"
FIGURES = re.compile(rf"(?<![\w#.,€$£])(?:(2)(?=\s+(?:{DEED})\b)|(4)(?=\s+(?:{MEANT_FOR})\b))")
WORD = re.compile(r"\w+(?:'\w+)*")


def spelt_out(folded: str) -> str:
    """Write contractions and chat speak in full, with single spaces; `2` and `4` only where a word stands."""
    if " 2 " in folded or " 4 " in folded:
        folded = FIGURES.sub(lambda found: "to" if found[1] else "for", folded)
    return " ".join([SHORT_FOR.get(word) or _marked(word) for word in folded.split()])


def _marked(word: str) -> str:
    """Spell out what stands between marks; most words have none and are looked up already."""
    return word if word.isalnum() else WORD.sub(_in_full, word)


def _in_full(found: "re.Match[str]") -> str:
    """Spell out one word."""
    word = found.group()
    if "'" not in word:
        return SHORT_FOR.get(word, word)
    return IRREGULAR.get(word) or _without_apostrophe(word)


def _without_apostrophe(word: str) -> str:
    """Spell out a regular contraction; a possessive stays."""
    for ending, meaning in ENDINGS.items():
        if word.endswith(ending) and len(word) > len(ending):
            return word[: -len(ending)] + meaning
    stem, _, rest = word.rpartition("'")
    return f"{stem} is" if rest == "s" and stem in IS else word
