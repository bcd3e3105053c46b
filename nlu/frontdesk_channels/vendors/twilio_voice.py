"""Twilio's calls, their text side: Twilio hears and speaks, what was said comes and goes as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from frontdesk_channels.events import Event, Said
from frontdesk_channels.failures import Undelivered
from frontdesk_channels.vendors.hook import Answer, Hook, not_told
from frontdesk_channels.vendors.saying import Call, Heard, Saying
from frontdesk_channels.vendors.twilio import verify_twilio
from frontdesk_channels.vendors.vendor import Fetch, Vendor, given

TWICE = "i-twilio-idempotency-token"
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass(frozen=True, kw_only=True)
class TwilioVoice(Vendor):
    """A call: each thing heard is a message, each answer is read aloud and listened after."""

    auth_token: str
    initial_prompt: str = "hello"
    reprompt: str = "I'm sorry I didn't get that could you rephrase."
    voice: str = "woman"
    speech_timeout: str = "5"
    speech_model: str = "default"
    enhanced: str = "false"

    name = "twilio_voice"

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None, fetch: Fetch) -> "TwilioVoice":
        """Take what a Rasa user's file says; `auth_token` proves that Twilio calls, and Rasa knows none."""
        return cls(
            auth_token=given(credentials, "auth_token"),
            initial_prompt=given(credentials, "initial_prompt", cls.initial_prompt),
            reprompt=given(credentials, "reprompt_fallback_phrase", cls.reprompt),
            voice=given(credentials, "assistant_voice", cls.voice),
            speech_timeout=given(credentials, "speech_timeout", cls.speech_timeout),
            speech_model=given(credentials, "speech_model", cls.speech_model),
            enhanced=given(credentials, "enhanced", cls.enhanced).lower(),
        )

    @property
    def answers_at_once(self) -> bool:
        """A caller waits for what is said."""
        return True

    async def verify(self, hook: Hook, now: datetime) -> None:
        """Check the signature as for texts."""
        if not self.auth_token:
            raise not_told(self.name, "auth_token")
        verify_twilio(hook, self.auth_token)

    async def read(self, hook: Hook) -> Sequence[Event]:
        """Return what was heard; the first ring says the initial prompt, silence says nothing."""
        form = hook.form
        call, status = form.get("CallSid", ""), form.get("CallStatus", "")
        said = form.get("SpeechResult") or form.get("Digits") or ""
        if not said and status == "ringing":
            said = self.initial_prompt
        if not said or not call or not form.get("From") or status in ENDED:
            return []
        # A call has no id for each thing said; Twilio marks the attempts of one request alike.
        once = hook.headers.get(TWICE) or sha256(hook.body).hexdigest()[:32]
        return [Said(message_id=f"{call}:{once}", sender=form["From"], text=said, metadata={"call": call})]

    def answer(self, sayings: Sequence[Saying], *, heard: bool = True) -> Answer:
        """Say each with a pause between, then listen; silence is asked again, no answer yet says nothing."""
        texts = [_spoken(saying) for saying in sayings] or ([] if heard else [self.reprompt])
        before = "".join(f'{self._say(line)}<Pause length="1"/>' for line in texts[:-1])
        last = "".join(self._say(line) for line in texts[-1:])
        said = f"{before}<Gather {self._listening()}>{last}</Gather>"
        xml = f'<?xml version="1.0" encoding="UTF-8"?><Response>{said}</Response>'
        return Answer(body=xml.encode(), media_type="text/xml; charset=utf-8")

    def _listening(self) -> str:
        fields = {
            "input": "speech dtmf",
            "action": f"/webhooks/{self.name}/webhook",
            "actionOnEmptyResult": "true",
            "speechTimeout": self.speech_timeout,
            "speechModel": self.speech_model,
            "enhanced": self.enhanced,
        }
        return " ".join(f"{name}={quoteattr(value)}" for name, value in fields.items())

    def _say(self, line: str) -> str:
        return f"<Say voice={quoteattr(self.voice)}>{escape(line)}</Say>"

    def write(self, saying: Saying, now: datetime) -> Call:
        """Nothing can be said once the call waits for nobody: the answer belongs to the request."""
        raise Undelivered("refused", "the caller waits for no answer any more")

    def taken(self, heard: Heard) -> str:
        """Nothing is ever sent."""
        return ""


def _spoken(saying: Saying) -> str:
    """Say choices as a sentence; files cannot be said."""
    choices = ", ".join(choice.title for choice in saying.choices)
    return f"{saying.text} {choices}.".strip() if choices else saying.text
