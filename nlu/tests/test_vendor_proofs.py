"""Proofs of origin: published examples of the vendors themselves, and what forgers try."""

import asyncio
import hmac
import random
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm
from orjson import dumps
from twilio.request_validator import RequestValidator

from frontdesk_channels.failures import Forged
from frontdesk_channels.vendors.hook import Hook
from frontdesk_channels.vendors.meta import greet_hub, verify_hub
from frontdesk_channels.vendors.saying import Call, Heard
from frontdesk_channels.vendors.tokens import Keys, claims_in
from frontdesk_channels.vendors.twilio import verify_twilio
from frontdesk_channels.vendors.x import OAuth1, X

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FIELDS = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}


def form(fields: Any, signature: str, url: str = URL) -> Hook:
    return Hook(url=url, headers={"x-twilio-signature": signature}, body=urlencode(fields).encode())


# Source: the tests of Twilio's own libraries (twilio-python, -php, -csharp), auth token "12345".
@pytest.mark.parametrize(
    ("url", "fields", "signature"),
    [
        (URL, FIELDS, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://MyCompany.com/myapp.php?foo=1&bar=2", FIELDS, "g9IN/x4Cft2g517EjYvEvM/W7LU="),
        (
            URL,
            [
                ("Sid", "CA123"),
                ("SidAccount", "AC123"),
                ("Digits", "5678"),
                ("Digits", "1234"),
                ("Digits", "1234"),
            ],
            "IK+Dwps556ElfBT0I3Rgjkr1wJU=",
        ),
    ],
)
def test_twilio_s_published_signatures_are_taken(url: str, fields: Any, signature: str) -> None:
    verify_twilio(form(fields, signature, url), "12345")
    with pytest.raises(Forged):
        verify_twilio(form(fields, signature, url + "&baz=3"), "12345")


def test_what_twilio_s_own_library_signs_is_taken_and_any_change_of_it_is_not() -> None:
    chance, library = random.Random(7), RequestValidator("12345")
    for _ in range(200):
        fields = {_word(chance): _word(chance) for _ in range(chance.randint(0, 8))}
        url = f"https://{_name(chance)}.example{chance.choice(('', ':8443', ':443'))}/hook?a={_name(chance)}"
        signature = library.compute_signature(url, fields)
        verify_twilio(form(fields, signature, url), "12345")
        with pytest.raises(Forged):
            verify_twilio(form({**fields, "Body": "changed"}, signature, url), "12345")


def _word(chance: random.Random) -> str:
    return "".join(chance.choice("aZ9 +&=%éß注\U0001f642") for _ in range(chance.randint(1, 12)))


def _name(chance: random.Random) -> str:
    return "".join(chance.choice("abcXYZ") for _ in range(6))


def test_twilio_s_hash_of_another_body_is_checked() -> None:
    body = b'{"property": "value", "boolean": true}'
    url = f"{URL}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
    signature = RequestValidator("12345").compute_signature(url, {})
    hook = Hook(url=url, headers={"x-twilio-signature": signature}, body=body)
    verify_twilio(hook, "12345")
    with pytest.raises(Forged):
        verify_twilio(Hook(url=url, headers=hook.headers, body=body + b" "), "12345")


def test_the_hub_signature_of_github_s_documentation_is_taken_and_sha1_is_not_enough() -> None:
    # Source: docs.github.com, "Validating webhook deliveries", "Testing the webhook payload validation".
    mac = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    secret, body = "It's a Secret to Everybody", b"Hello, World!"
    verify_hub(Hook(url="", headers={"x-hub-signature-256": f"sha256={mac}"}, body=body), secret)
    for headers in (
        {"x-hub-signature": "sha1=0"},
        {"x-hub-signature-256": mac},
        {"x-hub-signature-256": "é"},
    ):
        with pytest.raises(Forged):
            verify_hub(Hook(url="", headers=headers, body=body), secret)


def test_meta_s_challenge_is_answered_to_whoever_knows_the_word_only() -> None:
    url = "https://a.example/webhooks/facebook/webhook?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
    answer = greet_hub(Hook(method="GET", url=url + "word"), "word")
    assert answer is not None
    assert answer.body == b"1158201444"
    with pytest.raises(Forged):
        greet_hub(Hook(method="GET", url=url + "guess"), "word")
    assert greet_hub(Hook(url=url), "word") is None


# Source: docs.x.com, "Creating a signature".
EXAMPLE = OAuth1(
    consumer_key="xvz1evFS4wEEPTGEFPHBog",
    consumer_secret="kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
    token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    token_secret="LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
)


def test_x_s_published_signature_of_a_call_is_made() -> None:
    parameters = {
        "include_entities": "true",
        "status": "Hello Ladies + Gentlemen, a signed OAuth request!",
    }
    header = EXAMPLE.header(
        "POST",
        "https://api.twitter.com/1.1/statuses/update.json",
        parameters,
        "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        1318622958,
    )
    assert 'oauth_signature="hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D"' in header


def test_x_s_challenge_is_answered_with_the_token_s_keyed_hash() -> None:
    mac = b64encode(hmac.digest(EXAMPLE.consumer_secret.encode(), b"abc", "sha256")).decode()
    answer = X(keys=EXAMPLE).greet(Hook(method="GET", url="https://a.example/hook?crc_token=abc&nonce=1"))
    assert answer is not None
    assert answer.body == f'{{"response_token":"sha256={mac}"}}'.encode()
    with pytest.raises(Forged):
        X(keys=EXAMPLE).greet(Hook(method="GET", url="https://a.example/hook"))


class Published:
    """A vendor's published keys, and how often they were asked for."""

    def __init__(self, *keys: tuple[str, RSAPrivateKey]) -> None:
        self.keys = dict(keys)
        self.asked = 0
        self.status = 200

    async def __call__(self, call: Call) -> Heard:
        self.asked += 1
        await asyncio.sleep(0)
        shown = [
            {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid}
            for kid, key in self.keys.items()
        ]
        return Heard(status=self.status, body=dumps({"keys": shown}))


OURS = generate_private_key(public_exponent=65537, key_size=2048)


def token(claims: Mapping[str, Any], *, kid: str = "1", key: Any = OURS, algorithm: str = "RS256") -> str:
    times = {"exp": NOW.timestamp() + 600, "iss": "vendor", "aud": "us"}
    return jwt.encode({**times, **claims}, key, algorithm=algorithm, headers={"kid": kid})


def judged(given: str, keys: Keys, now: datetime = NOW) -> Mapping[str, Any]:
    claims, _ = asyncio.run(claims_in(given, keys, now, audience="us", issuers=["vendor"]))
    return claims


def test_a_token_holds_for_its_time_and_its_reader_only() -> None:
    keys = Keys("https://vendor.example/keys", Published(("1", OURS)))
    good = token({"nbf": NOW.timestamp() - 60})
    assert judged(good, keys)["aud"] == "us"
    for wrong in (
        token({"aud": "others"}),
        token({"iss": "others"}),
        token({}, kid="2"),
        good[:-4],
        "no.token",
        "",
    ):
        with pytest.raises(Forged):
            judged(wrong, keys)
    with pytest.raises(Forged) as late:
        judged(good, keys, NOW + timedelta(minutes=16))
    assert late.value.status == 401
    with pytest.raises(Forged):
        judged(good, keys, NOW - timedelta(minutes=7))


def test_a_token_may_not_choose_how_it_is_checked() -> None:
    keys = Keys("https://vendor.example/keys", Published(("1", OURS)))
    # What everybody knows, the public key, taken for a shared secret.
    public = OURS.public_key().public_numbers().n.to_bytes(256, "big")
    for wrong in (
        token({}, key=None, algorithm="none"),
        token({}, key=public, algorithm="HS256"),
        token({"exp": "soon"}),
        token({"exp": None}),
    ):
        with pytest.raises(Forged):
            judged(wrong, keys)


def test_a_new_key_is_fetched_but_strangers_cannot_have_keys_fetched_at_will() -> None:
    vendor = Published(("1", OURS))
    keys = Keys("https://vendor.example/keys", vendor)
    judged(token({}), keys)
    for _ in range(20):
        with pytest.raises(Forged):
            judged(token({}, kid="invented"), keys)
    assert vendor.asked == 1
    vendor.keys["2"] = OURS
    assert judged(token({}, kid="2"), keys, NOW + timedelta(minutes=2))["iss"] == "vendor"
    assert vendor.asked == 2


def test_all_who_come_first_at_once_wait_for_the_same_keys() -> None:
    vendor = Published(("1", OURS))
    keys = Keys("https://vendor.example/keys", vendor)

    async def at_once() -> int:
        told = (claims_in(token({}), keys, NOW, audience="us", issuers=["vendor"]) for _ in range(20))
        return len(await asyncio.gather(*told))

    assert (asyncio.run(at_once()), vendor.asked) == (20, 1)


def test_keys_that_cannot_be_fetched_are_the_vendor_s_to_try_again() -> None:
    vendor = Published(("1", OURS))
    vendor.status = 502
    keys = Keys("https://vendor.example/keys", vendor)
    with pytest.raises(Forged) as told:
        judged(token({}), keys)
    assert told.value.status == 503
    vendor.status = 200
    assert judged(token({}), keys)["aud"] == "us", "the next one does not wait for a minute"
