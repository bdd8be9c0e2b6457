"""Keeps the audit of a running service: seals each request, and anchors the end of the chain outside the database."""

import logging
import threading
from datetime import datetime
from logging.handlers import SysLogHandler
from pathlib import Path
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from app.access import service as access
from app.access.rules import Actor, Role
from app.audit import service
from app.core.clock import Clock
from app.core.config import Settings
from app.core.errors import Error

log = logging.getLogger("taysir.audit")

EVERY_SECONDS = 300


class Keeper:
    """What the routes seal their requests with; while started, it anchors if there is a file to anchor in."""

    def __init__(self, settings: Settings, sessions: sessionmaker[Session], clock: Clock) -> None:
        self._settings = settings
        file = settings.audit_anchor
        self._anchoring = Anchoring(sessions, file, clock, every_records=settings.audit_anchor_every) if file else None
        self._syslog: SysLogHandler | None = None

    def start(self) -> None:
        """Begin to anchor, and to send anchors and alarms to syslog, where that is set."""
        if self._settings.audit_syslog:
            self._syslog = SysLogHandler(_address(self._settings.audit_syslog))
            log.addHandler(self._syslog)
            log.setLevel(logging.INFO)
        if self._anchoring:
            self._anchoring.start()

    def stop(self) -> None:
        """Write a last anchor."""
        if self._anchoring:
            self._anchoring.stop()
        if self._syslog:
            log.removeHandler(self._syslog)
            self._syslog.close()

    def seal(self, session: Session) -> UUID | None:
        """Record what the transaction noted."""
        record_id = service.seal(session, alarm_at=self._settings.bulk_read_alarm)
        if record_id is not None and self._anchoring:
            self._anchoring.sealed()
        return record_id

    def seal_refusal(self, session: Session, key: str | None, *, at: datetime, status: int, code: str) -> None:
        """Record that a request was refused."""
        service.seal_refusal(session, key, at=at, status=status, code=code)

    def seal_repetition(self, session: Session, record_id: UUID | None) -> None:
        """Record that an answer was given again."""
        service.seal_repetition(session, record_id)


def _address(text: str) -> str | tuple[str, int]:
    host, _, port = text.rpartition(":")
    return (host, int(port)) if host and port.isdecimal() else text


class Anchoring:
    """A thread that anchors until it is stopped; a failure is logged and tried again, for the service goes on."""

    def __init__(self, sessions: sessionmaker[Session], file: Path, clock: Clock, *, every_records: int) -> None:
        self._sessions = sessions
        self._file = file
        self._clock = clock
        self._every_records = every_records
        self._sealed = 0
        self._wake = threading.Event()
        self._is_stopped = False
        self._thread = threading.Thread(target=self._run, name="audit-anchor", daemon=True)

    def start(self) -> None:
        """Begin; the first anchor is written at once."""
        self._thread.start()

    def stop(self) -> None:
        """Write a last anchor and end."""
        self._is_stopped = True
        self._wake.set()
        self._thread.join(timeout=10)

    def sealed(self) -> None:
        """One more record of this process is in the chain."""
        self._sealed += 1
        if self._sealed % self._every_records == 0:
            self._wake.set()

    def _run(self) -> None:
        while True:
            self._anchor()
            if self._is_stopped:
                return
            self._wake.wait(EVERY_SECONDS)
            self._wake.clear()

    def _anchor(self) -> None:
        try:
            with self._sessions() as session:
                at = self._clock()
                access.enter(session, Actor(Role.AUDITOR, at))
                service.anchor(session, self._file, at=at)
        except (Error, OSError, SQLAlchemyError) as error:
            log.error("audit.anchor_failed %s", error)  # one line: the cause is in it
