"""What signing in needs from outside: slow hashing, sealing, and the sign-in provider (OpenID Connect)."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx2
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwe, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

from app.core.errors import Conflict, Unavailable
from app.signin.rules import derived, plain

Result = TypeVar("Result")

AT_ONCE = 2
MOST_WAITING = 200
MEMORY_KIB = 64 * 1024
ROUNDS = 3
LANES = 4

# The hash of a password that nobody kept: for names that have none, so that they take as long as those that have one.
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$o0fR3JZDKVsfYEi/oSdV5A$d/fUGXleF7M65O53jRgg3Gf2jsGAHpTHn0YoSd0TZ5s"


class Passwords:
    """Argon2id (RFC 9106), at most two hashes at a time in a process, so that a rush takes time and not memory."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._lock = threading.Lock()
        self._waiting = 0
        self.hashed = 0
        """How many hashes were computed."""

    def hash(self, password: str) -> str:
        """The hash to keep."""
        return self._submit(lambda: self._hasher.hash(plain(password))).result()

    def hash_all(self, passwords: Mapping[str, str]) -> dict[str, str]:
        """The hashes to keep, by the same names."""
        futures = {name: self._submit(partial(self._hasher.hash, plain(text))) for name, text in passwords.items()}
        return {name: future.result() for name, future in futures.items()}

    async def matches(self, kept: str | None, password: str) -> bool:
        """Whether the password is the one of the hash; as much work where nothing was kept."""
        found = await asyncio.wrap_future(self._submit(lambda: self._verify(kept or NOBODYS, password)))
        return found and kept is not None

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, plain(password))
        except (VerificationError, InvalidHashError):
            return False

    def _submit(self, work: Callable[[], Result]) -> Future[Result]:
        with self._lock:
            if self._waiting >= MOST_WAITING:
                raise Unavailable("sign_in.busy", "Too many people are signing in at this moment; try again.")
            self._waiting += 1
            self.hashed += 1
        future = self._threads.submit(work)
        future.add_done_callback(self._done)
        return future

    def _done(self, _future: object) -> None:
        with self._lock:
            self._waiting -= 1


class Vault:
    """Seals what has to be read again (JWE, AES-256-GCM), so that the database alone does not tell it."""

    def __init__(self, secret: str | None) -> None:
        self._key = None if secret is None else OctKey.import_key(sha256(b"taysir:vault:" + secret.encode()).digest())

    def seal(self, text: str) -> str:
        """What to keep; raises `Conflict` where the service has no secret to seal with."""
        return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, text, self._opened())

    def open(self, sealed: str) -> str:
        """The text again; raises `Conflict` where the secret is not the one that sealed it."""
        try:
            plaintext = jwe.decrypt_compact(sealed, self._opened()).plaintext or b""
        except JoseError:
            raise Conflict("totp.unreadable", "The second factor was sealed with another TAYSIR_SECRET_KEY.") from None
        return plaintext.decode()

    def _opened(self) -> OctKey:
        if self._key is None:
            raise Conflict("totp.not_set_up", "This service has no TAYSIR_SECRET_KEY, which second factors need.")
        return self._key


SIGNATURES = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]
DISCOVERY_SECONDS = 3600
PATIENCE_SECONDS = 10
LEEWAY_SECONDS = 60


class Provider:
    """The sign-in provider: OpenID Connect by discovery, authorisation code with PKCE, state and nonce."""

    def __init__(self, issuer: str, client_id: str, client_secret: str) -> None:
        self.issuer = issuer.rstrip("/")
        self._client_id = client_id
        self._client_secret = client_secret
        self._found: tuple[float, dict[str, Any]] | None = None

    def address(self, flow: str, *, redirect_uri: str) -> str:
        """Where the browser goes to sign in; raises `Unavailable` where the provider is away."""
        with self._client(redirect_uri) as client:
            address, _ = client.create_authorization_url(
                self._metadata(client)["authorization_endpoint"],
                state=derived(flow, "state"),
                nonce=derived(flow, "nonce"),
                code_verifier=derived(flow, "verifier"),
            )
        return str(address)

    def subject(self, flow: str, *, returned_to: str, redirect_uri: str, at: datetime) -> str | None:
        """The person whom the provider names to the browser that began `flow`; nobody where anything does not fit."""
        with self._client(redirect_uri) as client:
            metadata = self._metadata(client)
            named = parse_qs(urlsplit(returned_to).query).get("iss", [metadata["issuer"]])
            if named != [metadata["issuer"]]:  # RFC 9207: an answer of another provider
                return None
            try:
                token = client.fetch_token(
                    metadata["token_endpoint"],
                    authorization_response=returned_to,
                    state=derived(flow, "state"),
                    code_verifier=derived(flow, "verifier"),
                )
                keys = KeySet.import_key_set(_json(client.request("GET", metadata["jwks_uri"], withhold_token=True)))
                claims = jwt.decode(token["id_token"], keys, algorithms=SIGNATURES).claims
                jwt.JWTClaimsRegistry(
                    now=lambda: int(at.timestamp()),
                    leeway=LEEWAY_SECONDS,
                    iss={"essential": True, "value": metadata["issuer"]},
                    aud={"essential": True, "value": self._client_id},
                    sub={"essential": True},
                    exp={"essential": True},
                    iat={"essential": True},
                    nonce={"essential": True, "value": derived(flow, "nonce")},
                ).validate(claims)
            except (AuthlibBaseError, JoseError, KeyError, ValueError):
                return None
            except httpx2.HTTPError as error:
                raise _away() from error
        if claims.get("azp", self._client_id) != self._client_id:
            return None
        return str(claims["sub"])

    def _client(self, redirect_uri: str) -> Any:  # Authlib has no types
        return OAuth2Client(
            self._client_id, self._client_secret, redirect_uri=redirect_uri, scope="openid",
            code_challenge_method="S256", timeout=PATIENCE_SECONDS,
        )  # fmt: skip

    def _metadata(self, client: Any) -> dict[str, Any]:
        if self._found is not None and time.monotonic() - self._found[0] < DISCOVERY_SECONDS:
            return self._found[1]
        try:
            answer = client.request("GET", f"{self.issuer}/.well-known/openid-configuration", withhold_token=True)
            metadata: dict[str, Any] = _json(answer)
        except (httpx2.HTTPError, ValueError) as error:
            raise _away() from error
        needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
        if any(not isinstance(metadata.get(name), str) for name in needed):
            raise _away()
        if metadata["issuer"].rstrip("/") != self.issuer:
            raise _away()
        self._found = time.monotonic(), metadata
        return metadata


def _json(answer: Any) -> Any:  # JSON has no narrower type
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("the provider must answer with an object")
    return found


def _away() -> Unavailable:
    return Unavailable("sign_in.provider_away", "The sign-in provider is not available for the moment; try again.")
