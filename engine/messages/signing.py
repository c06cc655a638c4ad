"""Signatures of messages, as Standard Webhooks has them: who receives one can check who sent it."""

import hmac
import secrets
from base64 import b64decode, b64encode

PREFIX = "whsec_"
SECRET = 32  # bytes


def new_secret() -> str:
    """A secret to sign with, as it is shown once."""
    return PREFIX + b64encode(secrets.token_bytes(SECRET)).decode()


def headers(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """
    What goes with a message.

    Args:
        timestamp: of this attempt, in seconds since 1970.
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.digest(b64decode(secret.removeprefix(PREFIX)), signed, "sha256")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
        "content-type": "application/json",
    }
