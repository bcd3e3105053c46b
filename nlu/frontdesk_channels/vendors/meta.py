"""What Meta's webhooks and its Graph API have in common: Messenger, Instagram, WhatsApp."""

from collections.abc import Mapping

from frontdesk_channels.vendors.hook import Answer, Hook, Refused, forged, unsigned
from frontdesk_channels.vendors.saying import Failed, Heard, Why, failed
from frontdesk_channels.vendors.shape import text, thing
from frontdesk_channels.vendors.signing import mac_hex, same

SIGNATURE = "x-hub-signature-256"
GRAPH = "https://graph.facebook.com/v23.0"
WHY: Mapping[str, Why] = {
    "1": "down",
    "2": "down",
    "4": "busy",
    "10": "unauthorised",
    "190": "unauthorised",
    "551": "unreachable",
    "613": "busy",
    "80006": "busy",
    "80007": "busy",
    "130429": "busy",
    "131000": "down",
    "131016": "down",
    "131026": "unreachable",
    "131047": "window",
    "131048": "busy",
    "131056": "busy",
    "2018278": "window",
    "2534022": "window",
}
"""Codes and subcodes whose meaning the status does not tell."""


def verify_hub(hook: Hook, secret: str) -> None:
    """Check the SHA-256 signature over the raw body; the old SHA-1 header is not looked at."""
    given = hook.headers.get(SIGNATURE)
    if given is None:
        raise unsigned("X-Hub-Signature-256")
    if not same("sha256=" + mac_hex(secret, hook.body, "sha256"), given):
        raise forged("X-Hub-Signature-256")


def greet_hub(hook: Hook, token: str) -> Answer | None:
    """Return the challenge to whoever knows the verify token."""
    if hook.method != "GET":
        return None
    if hook.query.get("hub.mode") != "subscribe":
        raise Refused(400, "hub.mode is not subscribe.")
    if not same(token, hook.query.get("hub.verify_token", "")):
        raise Refused(403, "The verify token is another; compare it with the app's webhook settings.")
    return Answer(body=hook.query.get("hub.challenge", "").encode())


def graph_failure(heard: Heard) -> Failed:
    """Tell what the Graph API's error means; a subcode says more than a code."""
    error = thing(heard.json, "error")
    code, subcode = text(error, "code"), text(error, "error_subcode")
    return failed(heard, subcode or code, WHY.get(subcode) or WHY.get(code))
