"""`taysir import`: a file into the records, all of it or nothing."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.printing import DatabaseUrl, Failed, open_session, print_json, settings_for
from app.core.clock import system_clock
from app.exchange import service
from app.reference.queries import read_book
