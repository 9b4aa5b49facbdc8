"""`govkit fetch`: ask a server for results and keep its answer as evidence. The one command that uses the network."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from pathlib import Path
from typing import Annotated

import typer

from govkit.cli.invocation import Invocation
from govkit.errors import InputError, Place, Problem
from govkit.files import digest_of, readable_json, write_atomic

app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)


@app.callback()
def fetch() -> None:
    """Ask a server for results and keep its answer as a file, which is then evidence like any other.

    The only command that uses the network, and only towards the server named in it.

    Example: govkit fetch mlflow https://mlflow.example.org --run 4f2b9c --out evidence/1.1/mlflow.json
    """


@app.command()
def mlflow(
    ctx: typer.Context,
    address: Annotated[str, typer.Argument(metavar="URL", help="The tracking server, or a page of it.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="Where to keep the answer.")],
    run: Annotated[list[str] | None, typer.Option("--run", metavar="RUN_ID", help="A run; may be given often.")] = None,
    experiment: Annotated[
        str | None, typer.Option("--experiment", metavar="NAME", help="All runs of this experiment instead.")
    ] = None,
    history: Annotated[bool, typer.Option("--history", help="Also every value logged, not only the last.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Write over FILE if it is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was kept as JSON (govkit.fetched/1).")] = False,
) -> None:
    """Keep runs of an MLflow tracking server as a file that `govkit read` and bindings understand.

    URL may be the page of a run or an experiment, as a browser shows it. Asks the server at URL and no other:
    redirects are not followed. Writes FILE and nothing else. Secrets come from
    MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD; they are sent only over https or to
    this machine, and are not kept. Nor are names of people. The same answer gives the same bytes.

    Example: govkit fetch mlflow https://mlflow.example.org --run 4f2b9c --out evidence/1.1/mlflow.json
    """
    from govkit.fetching import mlflow as fetching
    from govkit.fetching.http import Client, server

    invocation: Invocation = ctx.obj
    where = server(address)
    shown = fetching.run_in(where.fragment)
    idents = list(run or ([shown] if shown and experiment is None else []))
    page = None if idents or experiment is not None else fetching.experiment_in(where.fragment)
    if bool(idents) == (experiment is not None or page is not None):
        raise fetching.nothing_asked(address)
    client = Client(where, _headers())
    if not idents:
        ident = page or fetching.numbered(client, experiment or "")
        document = fetching.experiment(client, where.base, ident, history=history)
    else:
        document = fetching.runs(client, where.base, dict.fromkeys(idents), history=history)
    content = readable_json(document)
    changed = _keep(out, content, replace)
    digest = digest_of(out, shown=out.as_posix())
    if as_json:
        kept = {"schema": "govkit.fetched/1", "path": out.as_posix(), "sha256": digest.sha256, "size": digest.size}
        typer.echo(
            json.dumps(kept | {"server": where.base, "runs": len(document["runs"]), "changed": changed}, indent=2)
        )
    else:
        typer.echo(f"{out.as_posix()}  {digest.sha256}")
    invocation.note(f"{len(document['runs'])} run(s) from {where.base}{'' if changed else ', as they were'}")


def _headers() -> dict[str, str]:
    """What proves to the server who asks, from the variables MLflow itself uses."""
    token = os.environ.get("MLFLOW_TRACKING_TOKEN")
    if token:
        return {"Authorization": f"Bearer {token}"}
    user, password = os.environ.get("MLFLOW_TRACKING_USERNAME"), os.environ.get("MLFLOW_TRACKING_PASSWORD")
    if user and password:
        return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}
    return {}


def _keep(path: Path, content: bytes, replace: bool) -> bool:
    """Write the file unless it is there as it should be; raises InputError when it is there and differs."""
    if path.exists() and not path.is_file():
        fix = "name a file"
        raise InputError([Problem(Place(path.as_posix()), "not-a-file", "is not a regular file", fix)])
    if path.exists() and path.read_bytes() == content:
        return False
    if path.exists() and not replace:
        fix = "name another file, so that the earlier answer stays evidence; or add --replace"
        what = "is there already with another answer"
        raise InputError([Problem(Place(path.as_posix()), "file-exists", what, fix)])
    try:
        write_atomic(path, content)
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        raise InputError([Problem(Place(path.as_posix()), "unwritable-file", what, "check the folder")]) from error
    return True
