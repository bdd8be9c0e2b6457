"""The program `taysir`: the operator's door to the service, and the engine on two files."""

import sys

import typer

from app.cli import audit, bench, demo, engine, files, people, quality, recipes, report, serving
from app.cli.printing import Failed
from app.core.config import BadSettings
from app.core.errors import Error, Invalid

__all__ = ["main"]

cli = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, help=__doc__
)
for command in (demo.demo, serving.init, serving.serve, engine.rank, quality.evaluate, bench.bench, report.report):
    cli.command()(command)
cli.command("import")(files.import_file)
cli.command("export")(files.export_file)
cli.add_typer(people.accounts, name="account")
cli.add_typer(people.keys, name="key")
cli.add_typer(audit.audit, name="audit")
cli.add_typer(recipes.recipes, name="recipe")


def main() -> None:
    """Run the program: exit 0 fine, 1 failed, 2 wrong use; an error is one sentence on stderr."""
    try:
        cli()
    except (Failed, BadSettings) as error:
        print(error, file=sys.stderr)  # noqa: T201
    except Invalid as error:
        for fault in error.faults:
            place = f"{fault.pointer}: " if fault.pointer else ""
            print(f"{place}{fault.detail} [{fault.code}]", file=sys.stderr)  # noqa: T201
    except Error as error:
        print(f"{error.detail} [{error.code}]", file=sys.stderr)  # noqa: T201
    else:
        return
    sys.exit(1)
