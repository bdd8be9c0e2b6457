"""`taysir bench`, where the peers that it measures beside are installed."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.printing import AsJson, Failed


def bench(
    quick: Annotated[bool, typer.Option("--quick", help="About a minute: smaller sizes, fewer rounds.")] = False,
    write: Annotated[Path | None, typer.Option(dir_okay=False, help="Write the page of figures too.")] = None,
    as_json: AsJson = False,
) -> None:
    """The engine and the service beside what people would use instead: one run, asked in turn, medians, as ratios."""
    try:
        from app.cli.benchmark import report
    except ModuleNotFoundError as error:
        raise Failed(f"The benchmark needs the package {error.name}: `make bench` installs it.") from error
    report.run(quick=quick, write=write, as_json=as_json)
