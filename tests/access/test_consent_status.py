"""A consent's status is computed from what happened, in memory as in SQL."""

from datetime import UTC, datetime, timedelta

import pytest

from app.access.rules import ConsentStatus, consent_status

pytestmark = pytest.mark.pure

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BEFORE, AFTER = NOW - timedelta(days=1), NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("events", "on_behalf", "effective_from", "expires_at", "status"),
    [
        pytest.param([], False, None, None, ConsentStatus.LIVE, id="given by the State"),
        pytest.param([], True, None, None, ConsentStatus.PENDING, id="recorded by CTED"),
        pytest.param(["confirmed"], True, None, None, ConsentStatus.LIVE, id="confirmed by a second person"),
        pytest.param(["withdrawn"], False, None, None, ConsentStatus.WITHDRAWN, id="withdrawn"),
        pytest.param(["confirmed", "withdrawn"], True, BEFORE, AFTER, ConsentStatus.WITHDRAWN, id="withdrawn later"),
        pytest.param([], False, AFTER, None, ConsentStatus.NOT_YET_EFFECTIVE, id="from tomorrow"),
        pytest.param([], False, NOW, None, ConsentStatus.LIVE, id="from this instant"),
        pytest.param([], False, None, NOW, ConsentStatus.EXPIRED, id="until this instant"),
        pytest.param([], True, None, BEFORE, ConsentStatus.EXPIRED, id="expired before it was confirmed"),
        pytest.param([], False, BEFORE, AFTER, ConsentStatus.LIVE, id="between its dates"),
    ],
)
def test_the_status_follows_from_events_and_dates(
    events: list[str],
    on_behalf: bool,
    effective_from: datetime | None,
    expires_at: datetime | None,
    status: ConsentStatus,
) -> None:
    found = consent_status(
        events=events, on_behalf=on_behalf, effective_from=effective_from, expires_at=expires_at, at=NOW
    )
    assert found is status
