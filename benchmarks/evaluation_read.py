"""Evaluation results of any size: rate against the tools' own readers, memory for large files, many files. [RUNS].

Compared with orjson's raw parse for aggregate files, and with `inspect_ai.log.read_eval_log(header_only=True)` where
that package is installed (`pip install '.[oracles]'`; it is large, so it is no part of the development tools).
Set GOVKIT_BENCH_MB (default 256) for the size of the large files: 1000 for the per-sample file of a gigabyte.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from _timing import GOVKIT, median, process, runs_asked

from govkit.collectors import registry
from govkit.collectors.inspect_archive import Header, header_of
from govkit.collectors.zip_members import Archive
from govkit.errors import GovkitError
from govkit.files import parse_json

DATA = Path(__file__).resolve().parent.parent / "tests" / "data"
MEGABYTES = int(os.environ.get("GOVKIT_BENCH_MB", "256"))
MANY = 10_000
SOON = 3.0
"""Seconds in which as many are collected again. Source: govkit judgement; one may run it after every result."""
SMALL = 2_000
SHOWN = 6
LEAST_RATE = 0.5


def side_by_side(works: Sequence[Callable[[], object]], times: int) -> list[float]:
    """Seconds of one call of each, the fastest of some rounds of 50; in turns, so that noise falls on all alike."""
    best = [math.inf] * len(works)
    for work in works:
        work()
    for _ in range(times):
        for place, work in enumerate(works):
            begun = time.perf_counter()
            for _ in range(50):
                work()
            best[place] = min(best[place], (time.perf_counter() - begun) / 50)
    return best


def header(path: Path) -> Header:
    with Archive(path) as archive:
        return header_of(archive)


def headers(times: int) -> None:
    print("\nHeaders of Inspect archives")
    peer = None
    if importlib.util.find_spec("inspect_ai") is not None:
        from inspect_ai.log import read_eval_log  # type: ignore[import-not-found,unused-ignore]

        peer = read_eval_log
    for path in sorted((DATA / "inspect_log").glob("*.eval")):
        works = [partial(header, path)] + ([partial(peer, str(path), header_only=True)] if peer is not None else [])
        ours, *others = side_by_side(works, times)
        line = f"  {path.name:32} {ours * 1e3:7.2f} ms"
        for theirs in others:
            line += f"   inspect_ai {theirs * 1e3:7.2f} ms   {theirs / ours:5.1f} times as long"
        print(line)
    if peer is None:
        print("  inspect_ai is not installed: nothing to compare with")


def aggregates(times: int) -> None:
    print("\nParsing aggregate files, strictly (keys that stand twice are found)")
    import orjson

    files = sorted(DATA.rglob("*.json"), key=lambda path: (-path.stat().st_size, path.as_posix()))
    all_ours = all_theirs = 0.0
    for position, path in enumerate(path for path in files if path.stat().st_size >= SMALL):
        content = path.read_bytes()
        try:
            ours, theirs = side_by_side([partial(read, content) for read in (parse_json, orjson.loads)], times)
        except ValueError:
            continue  # NaN, which orjson does not read, or broken on purpose
        all_ours, all_theirs = all_ours + ours, all_theirs + theirs
        if position < SHOWN:
            print(f"  {path.name:44} {len(content) / ours / 1e6:5.0f} MB/s   {theirs / ours:5.2f} of orjson's rate")
    rate = all_theirs / all_ours
    verdict = "within" if rate >= LEAST_RATE else "OVER"
    label = f"all of {SMALL // 1000} kB or more"
    print(f"  {label:57} {rate:5.2f} of orjson's rate ({LEAST_RATE} at least: {verdict})")


def large_rows(folder: Path) -> Path:
    path = folder / "samples_task_2026-01-21T03-44-18.458309.jsonl"
    rows, size = 0, 0
    with path.open("w") as stream:
        while size < MEGABYTES * 1_000_000:
            key = hashlib.sha256(str(rows).encode()).hexdigest()
            row = {"doc_id": rows, "doc": {"question": "x" * 600}, "target": "1", "resps": [["1"]]}
            row |= {"filtered_resps": ["1"], "filter": "none", "metrics": ["exact_match"], "doc_hash": key}
            size += stream.write(json.dumps({**row, "exact_match": float(rows % 3 == 0)}) + "\n")
            rows += 1
    return path


def large_archive(folder: Path) -> Path:
    path, transcript = folder / "large.eval", os.urandom(30_000).hex()
    with zipfile.ZipFile(DATA / "inspect_log" / "popularity_deflate.eval") as small:
        header = json.loads(small.read("header.json"))
    count = max(1, MEGABYTES * 2_000_000 // len(transcript))
    scorer = header["results"]["scores"][0]["scorer"]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number in range(count):
            archive.writestr(f"samples/{number}_epoch_1.json", json.dumps({"id": number, "input": transcript}))
        scores = ({scorer: {"value": "C" if number % 3 else "I", "answer": "x" * 200}} for number in range(count))
        summaries = [{"id": number, "epoch": 1, "input": "x" * 500, "scores": one} for number, one in enumerate(scores)]
        archive.writestr("summaries.json", json.dumps(summaries))
        archive.writestr("header.json", json.dumps(header))
    return path


def large(folder: Path) -> None:
    print("\nLarge files, read by `govkit read` as a process of its own")
    for make in (large_rows, large_archive):
        path = make(folder)
        begun = time.perf_counter()
        subprocess.run([*GOVKIT, "read", str(path)], capture_output=True, check=True)
        seconds = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        size = path.stat().st_size / 1e6
        inside = "within" if peak < 300 else "OVER"
        print(f"  {path.name[:40]:40} {size:7.0f} MB   {seconds:6.2f} s   peak {peak:5.0f} MB (300 at most: {inside})")
        path.unlink()


def seeds() -> list[Path]:
    """The test files that a collector reads without being told which one it is."""
    found = []
    for path in sorted(DATA.rglob("*")):
        if path.suffix in (".json", ".xml", ".sarif") and path.is_file():
            with suppress(GovkitError):
                registry.read(path, path.name)
                found.append(path)
    return found


def many(folder: Path) -> None:
    root, known = folder / "project", seeds()
    root.mkdir()
    process([*GOVKIT, "-C", str(root), "--quiet", "init", "--system", "many", "--kind", "generator", "--yes"])
    (root / "releases.yaml").write_text('releases:\n  - {version: "1"}\n')
    main = (root / "govkit.yaml").read_text().split("\nevidence:")[0]
    (root / "govkit.yaml").write_text(main + '\nevidence:\n  - {path: "e/*", release: "1"}\n')
    (root / "e").mkdir()
    for number in range(MANY):
        path = known[number % len(known)]
        blanks = b" " * (number // len(known))  # make the file another one, and say nothing else
        (root / "e" / f"{number}{path.suffix}").write_bytes(path.read_bytes().rstrip() + blanks + b"\n")
    collect = ["env", f"XDG_CACHE_HOME={folder / 'cache'}", *GOVKIT, "-C", str(root), "collect"]
    print(f"\n{MANY} files made of {len(known)}, with all their values, on {os.cpu_count()} cores")
    print(f"  collected                      {process(collect):6.1f} s")
    again = median(lambda: process(collect), 5)
    fits = "within" if again <= SOON else "OVER"
    print(f"  collected again                {again:6.1f} s   {SOON:.0f} s at most: {fits}")
    print(f"  every file read again (--anew) {process([*collect, '--anew']):6.1f} s")
    print(f"  govkit check                   {process([*GOVKIT, '-C', str(root), 'check']):6.1f} s")


def main() -> None:
    times = min(runs_asked(), 9)
    headers(times)
    aggregates(times)
    with tempfile.TemporaryDirectory() as folder:
        large(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        many(Path(folder))


if __name__ == "__main__":
    sys.exit(main())
