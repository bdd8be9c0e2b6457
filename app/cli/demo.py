"""`taysir demo`: everything once, on a fresh embedded database, then the service."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from app.access import service as access
from app.access.models import Account
from app.access.rules import Role
from app.cli import serving
from app.cli.printing import console, open_session, progress
from app.core.clock import system_clock
from app.core.config import load_settings
from app.exchange import samples
from app.gaps import service as gaps
from app.matches import queries, service
from app.matches.adapter import Matcher
from app.matches.schemas import MatchesRead
from app.matches.service import Asked
from app.reference.queries import read_book
from app.signin import service as signin
from app.signin.adapter import Passwords
from app.signin.rules import new_password

SHOWN_STATE = "MDV"
SHOWN_OFFERS = 3
SHOWN_GAPS = 5
TELLING = ("substance", "geography")
"""Criteria whose sentences are printed; the API gives all."""

ACCOUNTS: tuple[tuple[str, Role, str | None, str | None], ...] = (
    ("admin", Role.ADMIN, None, None),
    ("second-admin", Role.ADMIN, None, None),
    ("officer", Role.OFFICER, None, None),
    ("second-officer", Role.OFFICER, None, None),
    ("secretariat", Role.SECRETARIAT, None, None),
    ("state-mdv", Role.STATE, None, SHOWN_STATE),
    ("provider-un", Role.PROVIDER, "inv-un-unicer", None),
    ("provider-donor", Role.PROVIDER, "inv-fjordbistand", None),
    ("designer", Role.DESIGNER, "unoct", None),
    ("auditor", Role.AUDITOR, None, None),
)
"""Name, role, organisation, State."""


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    data_dir: Annotated[Path, typer.Option(help="Where the database and keys.json go; an older demo is replaced.")] = (
        Path("var/demo")
    ),
    serve: Annotated[bool, typer.Option(help="Serve the API at the end.")] = True,
) -> None:
    """Sample data, one full matching run, a visited State's ranked offers, the first gaps, one key per role."""
    data_dir.mkdir(parents=True, exist_ok=True)
    for old in data_dir.glob("taysir.db*"):
        old.unlink()
    settings = load_settings().model_copy(
        update={"database_url": f"sqlite:///{data_dir / 'taysir.db'}", "owner_database_url": None}
    )
    now = system_clock()
    serving.prepare(settings)
    keys: dict[str, dict[str, str | None]] = {}
    with open_session(settings, "taysir demo") as session:
        book = read_book(session)
        officer = _add_accounts(session, keys, at=now)
        counts = samples.load(session, book, today=now.date(), now=now, recorded_by=officer.id)
    console.print(
        "Loaded (invented samples beside real programmes): " + ", ".join(f"{n} {k}" for k, n in counts.items())
    )
    with open_session(settings, "taysir demo") as session:
        asked = Asked(
            session, access.actor_of(officer, None, now), book, Matcher(book), language="en", as_of=now.date()
        )
        _print_run(asked)
        _print_state(asked)
        _print_gaps(asked)
    with open_session(settings, "taysir demo") as session:
        _give_passwords(session, keys)
    serving.write_secret(data_dir / "keys.json", json.dumps(keys, indent=2))
    console.print("Sign in as one of these (account, role, State or organization, password; then its API key):")
    for name, key in keys.items():
        whose = key["state"] or key["organization"] or "-"
        console.print(f"  {name:15} {key['role']:12} {whose:17} {key['password']}", markup=False, highlight=False)
        console.print(f"  {'':15} {key['key']}", markup=False, highlight=False)
    console.print(f"Passwords and keys are in {data_dir / 'keys.json'} too.")
    if serve:
        console.print(f"\nServing on http://127.0.0.1:{port} (documentation at /api/docs); stop with Ctrl-C. Try:")
        console.print(
            f'  curl -H "Authorization: Bearer {keys["officer"]["key"]}"'
            f" http://127.0.0.1:{port}/api/v1/states/{SHOWN_STATE}/matches?limit=3",
            markup=False,
        )
        for name in ("TAYSIR_RATE_PER_MINUTE", "TAYSIR_ANONYMOUS_RATE_PER_MINUTE"):
            os.environ.setdefault(name, "0")  # whoever tries things out on their own machine need not be slowed down
        serving.serve(port=port, database_url=settings.database_url)


def _add_accounts(session: Session, keys: dict[str, dict[str, str | None]], *, at: datetime) -> Account:
    samples.load_organizations(session)
    made = {}
    for name, role, organization, state in ACCOUNTS:
        made[name] = access.add_account(session, name, role=role, at=at, organization=organization, state=state)
        _, key = access.issue_key(session, made[name], at=at)
        keys[name] = {"role": role, "key": key, "state": state, "organization": organization}
    return made["officer"]


def _give_passwords(session: Session, keys: dict[str, dict[str, str | None]]) -> None:
    """A password for each account; slow by design, so it comes after what people wait for."""
    hasher = Passwords()
    passwords = {name: new_password() for name in keys}
    hashes = hasher.hash_all(passwords)
    hasher.close()
    for account in access.list_accounts(session):
        if account.name in hashes:
            signin.put_password(session, account, hashes[account.name])
            keys[account.name]["password"] = passwords[account.name]


def _print_run(asked: Asked) -> None:
    """Rank the offers for every open need."""
    needs = queries.open_needs(asked.session, asked.actor)
    engine, _ = asked.matcher.current(asked.session)
    best = [service.best_offers(asked, [need])[0] for need in progress(needs, "Matching")]
    served = sum(one.score >= engine.recipe.serves_at for one in best)
    console.print(
        f"Ranked {len(engine.catalogue_.readings)} published offers for {len(needs)} open needs:"
        f" {served} have an offer that serves them, {len(needs) - served} stay unmet.\n"
    )


def _print_state(asked: Asked) -> None:
    answer = service.for_state(asked, SHOWN_STATE, visit=None, limit=SHOWN_OFFERS)
    console.print(
        f"{asked.book.states[SHOWN_STATE]['en']} ({SHOWN_STATE}), as of {answer.as_of}, recipe {answer.recipe}"
    )
    for need in answer.needs:
        _print_need(need)
    unmet = [need.need.reference for need in answer.needs if need.need.id in answer.unmet]
    console.print(f"Unmet: {', '.join(str(reference) for reference in unmet) or 'nothing'}\n")


def _print_need(answer: MatchesRead) -> None:
    console.print(f"\n{answer.need.reference}  {answer.need.title}", markup=False, style="bold")
    for match in answer.matches:
        mark = "serves" if match.serves else "short of serving"
        console.print(
            f"  {match.rank}. {match.score:.2f} of {match.ceiling:.2f}, {mark}: {match.offer.title}"
            f" ({match.offer.organization})",
            markup=False,
        )
        for finding in match.findings:
            if finding.criterion in TELLING:
                console.print(f"     {finding.sentence}", markup=False)
    for miss in answer.near_misses[:1]:
        console.print(f"  Near miss: {miss.offer.title} ({miss.offer.organization}). {miss.sentence}", markup=False)


def _print_gaps(asked: Asked) -> None:
    answer = gaps.rank(asked, gaps.Wanted(limit=SHOWN_GAPS))
    console.print(f"First gaps ({answer.formula}):")
    for gap in answer.items:
        console.print(f"  {gap.rank}. {gap.score:.2f}  {gap.sentence}", markup=False)
    console.print()
