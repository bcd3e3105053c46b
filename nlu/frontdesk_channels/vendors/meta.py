"""What Meta's webhooks and its Graph API have in common: Messenger, Instagram, WhatsApp."""

from collections.abc import Mapping

from frontdesk_channels.failures import FailureKind, Forged, Undelivered
from frontdesk_channels.vendors.hook import Answer, Hook, prove
from frontdesk_channels.vendors.saying import Heard, not_taken
from frontdesk_channels.vendors.shape import text, thing
from frontdesk_channels.vendors.signing import mac_hex, same

GRAPH = "https://graph.facebook.com/v23.0"
FAILURES: Mapping[str, FailureKind] = {
    "1": "retryable",
    "2": "retryable",
    "4": "retryable",
    "10": "refused",
    "190": "outage",
    "200": "outage",
    "551": "refused",
    "613": "retryable",
    "80006": "retryable",
    "80007": "retryable",
    "130429": "retryable",
    "131000": "retryable",
    "131016": "retryable",
    "131048": "retryable",
    "131056": "retryable",
    "2018278": "refused",
    "2534022": "refused",
}
"""Codes and subcodes that say more than the status."""


def verify_hub(hook: Hook, secret: str) -> None:
    """Check the SHA-256 signature over the raw body; the old SHA-1 header is not looked at."""
    prove(hook, "X-Hub-Signature-256", "sha256=" + mac_hex(secret, hook.body, "sha256"))


def greet_hub(hook: Hook, token: str) -> Answer | None:
    """Return the challenge to whoever knows the verify token."""
    if hook.method != "GET":
        return None
    if hook.query.get("hub.mode") != "subscribe":
        raise Forged("hub.mode is not subscribe.", 400)
    if not same(token, hook.query.get("hub.verify_token", "")):
        raise Forged("The verify token is another; compare it with the app's webhook settings.", 403)
    return Answer(body=hook.query.get("hub.challenge", "").encode())


def graph_failure(heard: Heard) -> Undelivered:
    """Tell what the Graph API's error means; a subcode says more than a code."""
    error = thing(heard.json, "error")
    code, subcode = text(error, "code"), text(error, "error_subcode")
    return not_taken(heard, subcode or code, FAILURES.get(subcode) or FAILURES.get(code))
