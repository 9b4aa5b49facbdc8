"""`govkit fetch mlflow`: asked on purpose, answered by one server, kept without names and secrets."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner, Result

from govkit.cli.main import app
from govkit.collectors import registry
from govkit.errors import ExitCode, InputError, SurroundingsError
from govkit.fetching import http as fetching_http
from govkit.fetching.http import Client, server
from govkit.fetching.mlflow import MOST_RUNS, experiment_in, run_in
from tests.collectors.given import sample

RUN = "d54b31a026da4190ab3dbd1dffd29664"
API = "/api/2.0/mlflow"


class Tracking(BaseHTTPRequestHandler):
    """Answers as MLflow 3.17.2 does, from recorded answers; `odd` replaces the answer to a path."""

    odd: ClassVar[dict[str, tuple[int, dict[str, str], bytes]]] = {}
    asked: ClassVar[list[tuple[str, dict[str, str]]]] = []
    pages: ClassVar[int] = 1

    def do_GET(self) -> None:
        self._answer({key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()})

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, asked: dict[str, Any]) -> None:
        path = urlsplit(self.path).path.removeprefix(API)
        type(self).asked.append((self.path, dict(self.headers)))
        status, headers, body = self.odd.get(path) or (200, {}, json.dumps(self._told(path, asked)).encode())
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _told(self, path: str, asked: dict[str, Any]) -> Any:
        run = json.loads(sample("mlflow/run_3.17.2.json").read_text())
        if path in ("/experiments/get", "/experiments/get-by-name"):
            return {"experiment": {"experiment_id": "1", "name": "fraud", "lifecycle_stage": "active"}}
        if path == "/runs/search":
            page = int(asked.get("page_token", 1))
            return {"runs": [run["run"]]} | ({"next_page_token": str(page + 1)} if page < self.pages else {})
        if path == "/metrics/get-history":
            metric = next(one for one in run["run"]["data"]["metrics"] if one["key"] == asked["metric_key"])
            earlier = {**metric, "value": 9.0, "step": -1}
            token = asked.get("page_token")
            return {"metrics": [metric if token else earlier]} | ({} if token else {"next_page_token": "2"})
        return run

    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""


@pytest.fixture
def tracking(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server on this machine."""
    for name in ("MLFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    Tracking.odd, Tracking.asked, Tracking.pages = {}, [], 1
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Tracking)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_address[1]}"
    listening.shutdown()
    listening.server_close()
    thread.join()


def govkit(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["fetch", "mlflow", *map(str, arguments)])


def kept(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text())
    return document


def test_a_run_is_kept_and_read_as_evidence(tracking: str, tmp_path: Path) -> None:
    out = tmp_path / "new" / "run.json"
    result = govkit(tracking, "--run", RUN, "--out", out)
    assert (result.exit_code, result.stdout.split()[0]) == (0, out.as_posix())
    reading = registry.read(out, "run.json")
    assert {one.measure: one.value for one in reading.measurements}["mlflow/fraud/accuracy"] == 0.9
    assert (reading.run_id, reading.status, reading.config["source"]) == (RUN, "complete", "train.py")


def test_the_same_answer_gives_the_same_bytes_and_another_is_not_written_over(tracking: str, tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    govkit(tracking, "--run", RUN, "-o", out)
    before = out.read_bytes()
    assert govkit(tracking, "--run", RUN, "-o", out).exit_code == 0
    assert out.read_bytes() == before
    refused = govkit(tracking, "--run", RUN, "--history", "-o", out)
    assert isinstance(refused.exception, InputError)
    assert refused.exception.problems[0].ident == "file-exists"
    assert out.read_bytes() == before
    assert govkit(tracking, "--run", RUN, "--history", "--replace", "-o", out).exit_code == 0
    assert out.read_bytes() != before


def test_names_of_people_places_and_secrets_are_not_kept(
    tracking: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "s3cr3t-t0k3n")
    out = tmp_path / "run.json"
    assert govkit(tracking, "--run", RUN, "-o", out).exit_code == 0
    assert {headers["Authorization"] for _, headers in Tracking.asked} == {"Bearer s3cr3t-t0k3n"}
    text = out.read_text()
    assert not [word for word in ("s3cr3t", "ada", "/home", "artifact", "user") if word in text]


def test_a_name_and_password_go_as_basic(tracking: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "u")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "p")
    govkit(tracking, "--run", RUN, "-o", tmp_path / "run.json")
    assert Tracking.asked[0][1]["Authorization"] == "Basic dTpw"


def test_every_value_of_a_metric_over_several_pages(tracking: str, tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    govkit(tracking, "--run", RUN, "--history", "-o", out)
    assert [one["value"] for one in kept(out)["runs"][0]["history"]["accuracy"]] == [9.0, 0.9]
    found = {one.measure: one for one in registry.read(out, "run.json").measurements}
    assert found["mlflow/fraud/accuracy"].value == 0.9
    assert "of 2 values" in " ".join(found["mlflow/fraud/accuracy"].warnings)


def test_all_runs_of_an_experiment_over_several_pages(tracking: str, tmp_path: Path) -> None:
    Tracking.pages = 3
    out = tmp_path / "run.json"
    told = json.loads(govkit(tracking, "--experiment", "fraud", "-o", out, "--json").stdout)
    assert (told["schema"], told["runs"], told["server"], told["changed"]) == ("govkit.fetched/1", 3, tracking, True)
    assert len(kept(out)["runs"]) == 3
    assert kept(out)["server"] == tracking


def test_an_experiment_without_end_is_not_waited_for(tracking: str, tmp_path: Path) -> None:
    Tracking.pages = MOST_RUNS + 2
    result = govkit(tracking, "--experiment", "fraud", "-o", tmp_path / "run.json")
    assert isinstance(result.exception, SurroundingsError)
    assert "--run" in result.exception.fix


def test_the_page_of_a_run_names_it(tracking: str, tmp_path: Path) -> None:
    assert govkit(f"{tracking}/#/experiments/1/runs/{RUN}/model-metrics", "-o", tmp_path / "run.json").exit_code == 0
    assert f"run_id={RUN}" in Tracking.asked[0][0]
    assert run_in("/experiments/1") is None


def test_the_page_of_an_experiment_names_it_by_its_number(tracking: str, tmp_path: Path) -> None:
    assert govkit(f"{tracking}/#/experiments/1?viewStateShareKey=x", "-o", tmp_path / "run.json").exit_code == 0
    assert [path.partition("?")[0] for path, _ in Tracking.asked] == [f"{API}/runs/search", f"{API}/experiments/get"]
    assert experiment_in("/models/fraud") is None


def test_an_experiment_without_runs_is_told_and_nothing_is_written(tracking: str, tmp_path: Path) -> None:
    Tracking.odd["/runs/search"] = (200, {}, b"{}")
    result = govkit(tracking, "--experiment", "fraud", "-o", tmp_path / "run.json")
    assert isinstance(result.exception, SurroundingsError)
    assert "no run, or none that was not deleted" in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_a_secret_that_is_refused_is_to_be_checked_not_to_be_set(
    tracking: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "s3cr3t-t0k3n")
    Tracking.odd["/runs/get"] = (401, {}, b"")
    result = govkit(tracking, "--run", RUN, "-o", tmp_path / "run.json")
    assert isinstance(result.exception, SurroundingsError)
    assert "check them" in result.exception.fix
    assert "s3cr3t" not in str(result.exception)


def test_numbers_that_are_none_are_kept_as_words(tracking: str, tmp_path: Path) -> None:
    document = json.loads(sample("mlflow/run_3.17.2.json").read_text())
    for index, value in enumerate((float("nan"), float("inf"), float("-inf"))):
        document["run"]["data"]["metrics"][index]["value"] = value
    Tracking.odd["/runs/get"] = (200, {}, json.dumps(document).encode())
    out = tmp_path / "run.json"
    assert govkit(tracking, "--run", RUN, "-o", out).exit_code == 0
    assert [one.value for one in registry.read(out, "run.json").measurements].count(None) == 3


@pytest.mark.parametrize(
    ("status", "headers", "body", "said"),
    [
        (302, {"Location": "http://127.0.0.1:1/elsewhere"}, b"", "leads elsewhere"),
        (307, {"Location": "file:///etc/passwd"}, b"", "leads elsewhere"),
        (401, {}, b"", "MLFLOW_TRACKING_TOKEN"),
        (404, {}, b'{"message": "no \\u001b[31msuch run"}', "404: no ?[31msuch run"),
        (500, {}, b"<html>", "says 500"),
        (200, {}, b"<html>", "does not answer with JSON"),
        (200, {}, b"{}", "holds no 'run'"),
        (200, {}, b"[]", "holds no 'run'"),
        (200, {}, b'{"run": {"info": {}}}', "holds no run id"),
        (200, {"Content-Length": "1000"}, b'{"run"', "does not answer"),
    ],
)
def test_an_odd_answer_is_told_and_nothing_is_written(
    status: int, headers: dict[str, str], body: bytes, said: str, tracking: str, tmp_path: Path
) -> None:
    Tracking.odd["/runs/get"] = (status, headers, body)
    result = govkit(tracking, "--run", RUN, "-o", tmp_path / "run.json")
    assert isinstance(result.exception, SurroundingsError)
    assert said in str(result.exception)
    assert result.exception.exit_code == ExitCode.SURROUNDINGS
    assert list(tmp_path.iterdir()) == []
    assert len(Tracking.asked) == 1


def test_an_answer_of_any_length_is_not_read(tracking: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching_http, "MOST_BYTES", 1000)
    Tracking.odd["/runs/get"] = (200, {}, b'"' + b"x" * 5000 + b'"')
    result = govkit(tracking, "--run", RUN, "-o", tmp_path / "run.json")
    assert "more, or more slowly" in str(result.exception)


def test_a_server_that_is_not_there(tmp_path: Path, tracking: str) -> None:
    port = int(tracking.rpartition(":")[2])
    result = govkit(f"http://127.0.0.1:{1 if port != 1 else 2}", "--run", RUN, "-o", tmp_path / "run.json")
    assert "does not answer" in str(result.exception)


def test_a_secret_is_not_sent_unencrypted_to_another_machine() -> None:
    with pytest.raises(SurroundingsError, match="not encrypted"):
        Client(server("http://mlflow.example.org"), {"Authorization": "Bearer x"})
    Client(server("https://mlflow.example.org"), {"Authorization": "Bearer x"})
    Client(server("http://[::1]:5000"), {"Authorization": "Bearer x"})
    Client(server("http://mlflow.example.org"), {})


@pytest.mark.parametrize(
    "address",
    [
        "ftp://h",
        "file:///etc/passwd",
        "mlflow.example.org",
        "http://",
        "http://u:p@h",
        "https://u@h",
        "http://h:x",
        "http://[x",
    ],
)
def test_what_is_no_address_of_a_server(address: str) -> None:
    with pytest.raises(InputError) as caught:
        server(address)
    assert caught.value.problems[0].ident == "bad-address"
    assert "u:p" not in str(caught.value)


def test_an_address_keeps_its_path_and_loses_its_rest() -> None:
    found = server("https://H.example.org:8443/mlflow/?a=b#/experiments/1/runs/abc")
    assert (found.base, found.fragment) == ("https://h.example.org:8443/mlflow", "/experiments/1/runs/abc")
    assert (found.encrypted, found.local) == (True, False)


def test_a_run_and_an_experiment_or_neither_is_not_understood(tracking: str, tmp_path: Path) -> None:
    both = ("--run", RUN, "--experiment", "fraud")
    for where, *options in ((tracking,), (tracking, *both), (f"{tracking}/#/experiments/1", *both)):
        result = govkit(where, *options, "-o", tmp_path / "run.json")
        assert isinstance(result.exception, InputError)
    assert Tracking.asked == []
