"""Signs in and out; changes passwords and second factors.

Hashing takes a tenth of a second, so no transaction is open meanwhile: each verb is one or more short ones.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

import pyotp
from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker

from app.access import queries as people
from app.access import service as access
from app.access.models import Account, AccountSession, Organization
from app.access.rules import SESSION_LIFE, Actor, Role, csrf_token
from app.core import trail
from app.core.clock import Clock
from app.core.db import writing
from app.core.errors import Conflict, Fault, Invalid, NotFound, Throttled
from app.signin import queries, rules
from app.signin.adapter import Passwords, Provider, Vault
from app.signin.models import Identity
from app.signin.queries import Candidate
from app.signin.schemas import PasswordChange, Proof, SignIn, TotpOffer

ISSUER = "Taysir"

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Doors:
    """What signing in works with; made once for each application, and lent to each request under its name."""

    sessions: sessionmaker[Session]
    clock: Clock
    passwords: Passwords
    vault: Vault
    provider: Provider | None
    seal: Callable[[Session], object]
    """Records what a transaction did, before it is committed."""
    operation: str = ""
    request_id: str | None = None

    @contextmanager
    def writing(self, who: Actor | None = None) -> Iterator[Session]:
        """A short transaction, recorded and committed at its end."""
        with writing(self.sessions) as session:
            at = self.clock()
            trail.begin(session, self.operation, at=at, request_id=self.request_id)
            trail.by(session, who or Actor(Role.ANONYMOUS, at))
            yield session
            self.seal(session)


class Refused(StrEnum):
    """Why somebody is not let in."""

    WRONG = "sign_in.refused"
    """One answer for every reason: no such name, no password, a wrong one, a wrong code, an account that is closed."""
    CODE_NEEDED = "sign_in.code_needed"
    """The password is right, and the account has a second factor."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: its token goes into the cookie and is kept nowhere else."""

    token: str
    account: str
    actor: Actor
    expires_at: datetime

    @property
    def csrf(self) -> str:
        """What the session's own pages send beside the cookie."""
        return csrf_token(self.token)


@dataclass(frozen=True, slots=True)
class _Try:
    """One try that is being counted."""

    name: str
    mark: str
    candidate: Candidate
    at: datetime


async def sign_in(doors: Doors, asked: SignIn, *, old_token: str | None) -> SignedIn | Refused:
    """A new session for who knows name, password and code; the browser's older session ends.

    Raises `Throttled` after ten failed tries for the name within a quarter of an hour, on all replicas together.
    """

    def start(session: Session, account: Account, organization: Organization | None, at: datetime) -> SignedIn:
        return _start(session, account, organization, at=at, old_token=old_token)

    return await _proven(doors, asked.account, asked.password, asked.code, start)


async def _proven(
    doors: Doors,
    name: str,
    password: str,
    code: str | None,
    then: Callable[[Session, Account, Organization | None, datetime], Result],
) -> Result | Refused:
    """What `then` gives for the account whose name, password and code these are."""
    tried = await asyncio.to_thread(_begin, doors, name)
    matches = await doors.passwords.matches(tried.candidate.password_hash, password)
    return await asyncio.to_thread(_finish, doors, tried, code, then, matches=matches)


def _begin(doors: Doors, name: str) -> _Try:
    """Count a try before it is made, so that no number of tries at once is more than the limit."""
    at = doors.clock()
    with doors.writing() as session:
        row = queries.lock_tries(session, rules.name_digest(name), at)
        before = rules.recent(row.tries, at)
        seconds = rules.wait(before, at)
        if seconds is not None:
            detail = "Too many failed tries for this name; sessions that are open go on."
            raise Throttled("sign_in.throttled", detail, retry_after=seconds)
        row.tries = [moment.isoformat() for moment in (*before, at)]
        row.last_at = at
        return _Try(name, at.isoformat(), queries.find_candidate(session, name), at)


def _finish(
    doors: Doors,
    tried: _Try,
    code: str | None,
    then: Callable[[Session, Account, Organization | None, datetime], Result],
    *,
    matches: bool,
) -> Result | Refused:
    with doors.writing() as session:
        known = [] if tried.candidate.account_id is None else [tried.candidate.account_id]
        if not matches or tried.candidate.account_id is None:
            # Nobody's name leaves a record as well: one that is missing would take less time.
            trail.acted(session, "sign_in.refused", "account", known)
            return Refused.WRONG
        holder = queries.find_holder(session, tried.candidate.account_id)
        credentials = queries.find_credentials(session, tried.candidate.account_id)
        if holder is None or credentials is None or credentials.password_hash != tried.candidate.password_hash:
            trail.acted(session, "sign_in.refused", "account", known)
            return Refused.WRONG  # closed or changed since the try began
        trail.by(session, access.actor_of(*holder, tried.at))
        if credentials.totp_confirmed_at is not None and credentials.totp_secret is not None:
            if code is None:
                _give_back(session, tried)
                return Refused.CODE_NEEDED
            if not _take_code(doors, session, holder[0].id, code, tried.at):
                trail.acted(session, "sign_in.refused", "account", known)
                return Refused.WRONG
        _give_back(session, tried)
        return then(session, *holder, tried.at)


def _give_back(session: Session, tried: _Try) -> None:
    """A try that succeeded does not count."""
    row = queries.lock_tries(session, rules.name_digest(tried.name), tried.at)
    left = list(row.tries)
    if tried.mark in left:
        left.remove(tried.mark)
    row.tries = left
    queries.forget_old_tries(session, tried.at - rules.TRIES_WINDOW)


def _take_code(doors: Doors, session: Session, account_id: UUID, code: str, at: datetime) -> bool:
    credentials = queries.credentials_of(session, account_id)
    secret = doors.vault.open(credentials.totp_secret or "")
    step = rules.matching_step(secret, code, at=at, after=credentials.totp_last_step)
    return step is not None and queries.take_step(session, account_id, step)


def _start(
    session: Session, account: Account, organization: Organization | None, *, at: datetime, old_token: str | None
) -> SignedIn:
    """A session under a new token: one that somebody planted in the browser never becomes a signed-in one."""
    if old_token is not None:
        session.execute(delete(AccountSession).where(AccountSession.digest == access.digest(old_token)))
    token = secrets.token_urlsafe(32)
    row = AccountSession(account_id=account.id, digest=access.digest(token), created_at=at, last_seen_at=at)
    session.add(row)
    session.execute(
        delete(AccountSession).where(
            AccountSession.account_id == account.id, AccountSession.created_at <= at - SESSION_LIFE
        )
    )
    session.flush()
    actor = access.actor_of(account, organization, at, session_id=row.id)
    trail.by(session, actor)
    trail.acted(session, "session.started", "account", [account.id])
    return SignedIn(token, account.name, actor, at + SESSION_LIFE)


def sign_out(session: Session, actor: Actor, *, everywhere: bool) -> None:
    """End the actor's session, or all sessions of the account."""
    if actor.account_id is None:
        return
    if everywhere:
        people.end_sessions(session, actor.account_id)
    elif actor.session_id is not None:
        session.execute(delete(AccountSession).where(AccountSession.id == actor.session_id))
    trail.acted(session, "session.ended", "account", [actor.account_id], reach="all" if everywhere else "one")


def sign_out_everywhere(session: Session, account: Account) -> None:
    """End all sessions of an account: the operator's way."""
    people.end_sessions(session, account.id)
    trail.acted(session, "session.ended", "account", [account.id], reach="all")


async def change_password(doors: Doors, actor: Actor, change: PasswordChange) -> SignedIn | Refused | None:
    """Set the account's password and sign it out everywhere; a new session where the actor came with one.

    The old password is needed where there is one; raises `Invalid` for a password that is too short or too plain.
    """
    account_id = actor.writer
    name, has_one = await asyncio.to_thread(_own_account, doors, account_id)
    faults = rules.password_faults(change.new, name, pointer="/new")
    if faults:
        raise Invalid(faults)
    if has_one and change.current is None:
        fault = Fault("/current", "password.current", "Send the password that the account has now.")
        raise Invalid([fault])
    if change.current is not None:
        proof = await _proven_password(doors, name, change.current)
        if proof is not None:
            return proof
    hashed = await asyncio.to_thread(doors.passwords.hash, change.new)
    return await asyncio.to_thread(_put_password, doors, actor, account_id, hashed)


def _own_account(doors: Doors, account_id: UUID) -> tuple[str, bool]:
    """The account's name, and whether it has a password."""
    with doors.sessions() as session:
        found = queries.find_credentials(session, account_id)
        return people.get_account(session, account_id).name, found is not None and found.password_hash is not None


async def _proven_password(doors: Doors, name: str, password: str) -> Refused | None:
    """Refused unless the password is right; the session has shown the second factor already."""
    tried = await asyncio.to_thread(_begin, doors, name)
    if not await doors.passwords.matches(tried.candidate.password_hash, password):
        return Refused.WRONG

    def give_back() -> None:
        with doors.writing() as session:
            _give_back(session, tried)

    await asyncio.to_thread(give_back)
    return None


def _put_password(doors: Doors, actor: Actor, account_id: UUID, hashed: str) -> SignedIn | Refused | None:
    with doors.writing(actor) as session:
        holder = queries.find_holder(session, account_id)
        if holder is None:
            return Refused.WRONG
        put_password(session, holder[0], hashed)
        if actor.session_id is None:
            return None
        return _start(session, *holder, at=actor.at, old_token=None)


def put_password(session: Session, account: Account, hashed: str) -> None:
    """Keep the hash of a new password and sign the account out everywhere."""
    queries.credentials_of(session, account.id).password_hash = hashed
    people.end_sessions(session, account.id)
    session.flush()
    trail.acted(session, "password.changed", "account", [account.id])


def drop_totp(session: Session, account: Account) -> None:
    """Take the second factor off: the operator's way for who has lost it."""
    credentials = queries.credentials_of(session, account.id)
    credentials.totp_secret = credentials.totp_confirmed_at = None
    people.end_sessions(session, account.id)
    session.flush()
    trail.acted(session, "totp.removed", "account", [account.id])


async def offer_totp(doors: Doors, actor: Actor, proof: Proof) -> TotpOffer | Refused:
    """A second factor to be set up; raises `Conflict` where there is one, or where nothing can seal it."""

    def offer(session: Session, account: Account, _organization: Organization | None, _at: datetime) -> TotpOffer:
        credentials = queries.credentials_of(session, account.id)
        if credentials.totp_confirmed_at is not None:
            raise Conflict("totp.set_up", "The account has a second factor; remove it first.")
        secret = pyotp.random_base32()
        credentials.totp_secret = doors.vault.seal(secret)
        return TotpOffer(secret=secret, uri=pyotp.TOTP(secret).provisioning_uri(name=account.name, issuer_name=ISSUER))

    name, _ = await asyncio.to_thread(_own_account, doors, actor.writer)
    return await _proven(doors, name, proof.password, proof.code, offer)


def confirm_totp(doors: Doors, session: Session, actor: Actor, code: str) -> None:
    """Let the second factor count from now on, once a code of it is right; other sessions end."""
    credentials = queries.credentials_of(session, actor.writer)
    if credentials.totp_secret is None or credentials.totp_confirmed_at is not None:
        raise Conflict("totp.nothing_pending", "No second factor waits to be confirmed.")
    if not _take_code(doors, session, credentials.account_id, code, actor.at):
        raise Invalid([Fault("/code", "totp.wrong_code", "The code is not one of the new second factor.")])
    credentials.totp_confirmed_at = actor.at
    people.end_sessions(session, credentials.account_id, but=actor.session_id)
    trail.acted(session, "totp.confirmed", "account", [credentials.account_id])


async def remove_totp(doors: Doors, actor: Actor, proof: Proof) -> Refused | None:
    """Take the second factor off, for who shows password and code; other sessions end."""

    def remove(session: Session, account: Account, _organization: Organization | None, _at: datetime) -> None:
        credentials = queries.credentials_of(session, account.id)
        credentials.totp_secret = credentials.totp_confirmed_at = None
        people.end_sessions(session, account.id, but=actor.session_id)
        trail.acted(session, "totp.removed", "account", [account.id])

    name, _ = await asyncio.to_thread(_own_account, doors, actor.writer)
    return await _proven(doors, name, proof.password, proof.code, remove)


def begin_at_provider(doors: Doors, *, redirect_uri: str) -> tuple[str, str]:
    """The secret for the browser's cookie, and where the browser goes; raises `NotFound` where there is no provider."""
    flow = secrets.token_urlsafe(32)
    return flow, _provider(doors).address(flow, redirect_uri=redirect_uri)


def return_from_provider(
    doors: Doors, flow: str, *, returned_to: str, redirect_uri: str, old_token: str | None
) -> SignedIn | Refused:
    """A new session for the account of the person whom the provider names."""
    provider, at = _provider(doors), doors.clock()
    subject = provider.subject(flow, returned_to=returned_to, redirect_uri=redirect_uri, at=at)
    if subject is None:
        return Refused.WRONG
    with doors.writing() as session:
        holder = queries.find_identity_holder(session, provider.issuer, subject)
        if holder is None:
            return Refused.WRONG
        return _start(session, *holder, at=at, old_token=old_token)


def link_from_provider(doors: Doors, token: str, flow: str, *, returned_to: str, redirect_uri: str) -> Refused | None:
    """Link the person whom the provider names to the account that is signed in with `token`."""
    provider, at = _provider(doors), doors.clock()
    subject = provider.subject(flow, returned_to=returned_to, redirect_uri=redirect_uri, at=at)
    if subject is None:
        return Refused.WRONG
    with doors.writing() as session:
        found = access.recognize_session(session, token, at)
        if found is None:
            return Refused.WRONG
        trail.by(session, found.actor)
        link(session, found.actor.writer, issuer=provider.issuer, subject=subject, at=at)
        people.end_sessions(session, found.actor.writer, but=found.actor.session_id)
    return None


def link(session: Session, account_id: UUID, *, issuer: str, subject: str, at: datetime) -> None:
    """Let a person at the sign-in provider sign in as the account; raises `Conflict` if they are another's already."""
    known = queries.find_identity(session, issuer, subject)
    if known is not None and known.account_id != account_id:
        raise Conflict("identity.taken", "That person is linked to another account.")
    if known is None:
        session.add(Identity(issuer=issuer, subject=subject, account_id=account_id, linked_at=at))
        session.flush()
        trail.acted(session, "identity.linked", "account", [account_id])


def _provider(doors: Doors) -> Provider:
    if doors.provider is None:
        raise NotFound
    return doors.provider
