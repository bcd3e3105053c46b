"""Other people's clients, unchanged, run by the interpreter that has them: `foreign.py NAME ARGUMENT…`."""

import queue
import sys
from collections.abc import Callable


def socketio_client(address: str, text: str) -> str:
    """Speak Rasa's events with python-socketio's own client; returns what the bot uttered."""
    import socketio  # type: ignore[import-untyped,import-not-found,unused-ignore]

    client, heard = socketio.Client(), queue.Queue[dict[str, str]]()
    client.on("bot_uttered", heard.put)
    client.connect(address, socketio_path="/socket.io")
    client.emit("session_request", {"session_id": "foreign-python"})
    client.emit("user_uttered", {"message": text, "session_id": "foreign-python"})
    uttered = heard.get(timeout=30)
    client.disconnect()
    return str(uttered["text"])


def twilio_signature(token: str, url: str, *pairs: str) -> str:
    """Sign a webhook with Twilio's own library; the fields come as `name=value`."""
    from twilio.request_validator import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        RequestValidator,
    )

    return str(RequestValidator(token).compute_signature(url, dict(one.split("=", 1) for one in pairs)))


def slack_signature(secret: str, timestamp: str, body: str) -> str:
    """Sign an event with Slack's own library."""
    from slack_sdk.signature import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        SignatureVerifier,
    )

    return str(SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body))


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    clients: dict[str, Callable[..., str]] = {
        "socketio": socketio_client,
        "twilio": twilio_signature,
        "slack": slack_signature,
    }
    print(clients[name](*arguments))
