"""A skipped test fails the run, unless README names the reason word for word."""

from pathlib import Path

import pytest


class SkipPolicy:
    """Collects skips (from every worker) and turns an unexplained one into a failed run."""

    def __init__(self, readme: Path) -> None:
        self._named = readme.read_text(encoding="utf-8") if readme.exists() else ""
        self._unnamed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that was skipped."""
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a module that was skipped whole."""
        self._note(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run that would have passed."""
        if self._unnamed and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print every skip that README does not explain."""
        for line in self._unnamed:
            terminalreporter.write_line(f"skipped without a reason named in README: {line}", red=True)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if not report.skipped or hasattr(report, "wasxfail"):
            return
        reason = report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""
        if not reason or reason not in self._named:
            self._unnamed.append(f"{report.nodeid}: {reason}")
