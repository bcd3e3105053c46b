"""What Messenger's and WhatsApp's loopback vendors share: Meta's signature and the Graph API's errors.

Wire format: developers.facebook.com, "Webhooks from Meta" and "Graph API: Handling errors".
"""

import hashlib
import hmac

from aiohttp import web

from app.channels.kit.peer import Fault
from app.channels.kit.peers.signed import SigningPeer

SECRET = "a54f5e62b1c04d7f"  # noqa: S105 - a loopback vendor's
TOKEN = "verify-me"  # noqa: S105
CODES = {429: 4, 500: 2}


class MetaPeer(SigningPeer):
    """One app at Meta."""

    header = "X-Hub-Signature-256"
    refused_code = 551

    def proof(self, body: bytes) -> str:
        """Sign with HMAC-SHA256 in hex, with the algorithm's name before it."""
        return "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()

    def refusal(self, fault: Fault) -> web.Response:
        """Say it as the Graph API does: a code that tells more than the status."""
        code = self.refused_code if fault.refuses else CODES.get(fault.status, 1)
        error = {"message": "(#0) Loopback", "type": "OAuthException", "code": code, "fbtrace_id": "A0"}
        return web.json_response({"error": error}, status=fault.status, headers=fault.headers)
