"""Files made to exhaust the reader, or to be taken for something else: refused with a place, or read in no time.

None of these tests looks at a clock: without the bound that it is about, each would not end within a day, or would take
gigabytes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from govkit.collectors import registry
from govkit.collectors.helm_metrics import base
from govkit.collectors.xml_events import MAX_TAG_BYTES
from govkit.files import MAX_WEIGHT, parse_json
from govkit.proved_json import weight
from tests.collectors.given import by_measure, read_as, refusal, sample, written

DOCUMENT = "---\ndocument: ai-policy\nowner: Ada\n---\n"
SERVER = sample("mlperf/server_v0.5.txt").read_text()


def test_a_heading_of_blanks_is_read_once(tmp_path: Path) -> None:
    blanks = " " * 30_000
    reading = read_as(tmp_path, "document", f"{DOCUMENT}# Purpose{blanks}of{blanks}#x\n{'word ' * 30}\n")
    assert by_measure(reading)["document/present"].value == 1


@pytest.mark.parametrize("title", ["## 2. Reviewed on ##", "##\tReviewed on\t", "## Reviewed on  # "])
def test_a_heading_may_be_closed(title: str, tmp_path: Path) -> None:
    reading = read_as(tmp_path, "document", f"{DOCUMENT}{title}\n\nOn the first of May.\n")
    assert not any("reviewed_on" in warning for warning in by_measure(reading)["document/fields-filled"].warnings)


@pytest.mark.parametrize(
    ("metric", "plain"),
    [
        ("exact_match@5", "exact_match"),
        ("toxic_given_toxic_prompt=True", "toxic"),
        ("bias (race, profession)@3:mean", "bias"),
        ("f1_score: a\nb", "f1_score"),
        (" ()" * 60 + "x", " ()" * 60 + "x"),
        (":" * 60 + "\n\nx", ""),
        ("@1" * 100 + "x", "@1" * 100 + "x"),
    ],
)
def test_the_name_of_a_metric_is_cut_without_trying_every_way(metric: str, plain: str) -> None:
    assert base(metric) == plain


@pytest.mark.parametrize("attribute", ['name="{}"', " ".join(f'a{number}="1"' for number in range(9)) + ' b="{}"'])
def test_a_tag_without_end_is_refused(attribute: str, tmp_path: Path) -> None:
    tag = attribute.format("x" * (MAX_TAG_BYTES + 200_000))
    error = refusal(tmp_path, f'<testsuite name="s" tests="1"><testcase {tag}/></testsuite>', "junit")
    assert (error.ident, "4 MB" in error.what) == ("too-large", True)


@pytest.mark.parametrize("output", ["{}", "<![CDATA[{}]]>"])
def test_a_long_output_is_no_tag(output: str, tmp_path: Path) -> None:
    said = f"<system-out>{output.format('x' * (MAX_TAG_BYTES + 200_000))}</system-out>"
    case = f'<testcase name="t" classname="c" time="1">{said}</testcase>'
    reading = read_as(tmp_path, "junit", f'<testsuite name="s" tests="1">{case}</testsuite>')
    assert reading.measurements[0].n == 1


@pytest.mark.parametrize("value", ["{},", "[],", "0,", "[[[]]],"])
def test_a_small_file_of_many_values_is_refused_before_it_is_read(value: str, tmp_path: Path) -> None:
    times = MAX_WEIGHT // weight(value.encode()) + 1
    with pytest.raises(ValueError, match="so many values"):
        parse_json(f"[{value * times}0]")
    error = refusal(tmp_path, f"[{value * times}0]", "lm-eval")
    assert error.ident == "too-large"


def test_what_weighs_less_is_read() -> None:
    assert len(parse_json("[" + "0," * 5_000_000 + "0]")) == 5_000_001


@pytest.mark.parametrize(
    "line",
    [
        "1" * 20_000,
        "* Processed at least 5 queries (" + "9" * 5_000 + ")",
        "9" * 20_000 + " percentile latency (ns): 1",
    ],
)
def test_a_line_no_summary_has_changes_nothing_and_takes_no_time(line: str, tmp_path: Path) -> None:
    path = written(tmp_path, f"{SERVER}{line}\n")
    if len(line) > 10_000:
        assert "longer than any" in refusal(tmp_path, f"{SERVER}{line}\n", "mlperf").what
    else:
        before = registry.read(sample("mlperf/server_v0.5.txt"), "e")
        assert registry.read(path, "e").measurements == before.measurements


@pytest.mark.parametrize(
    "name", ["codecarbon/emissions_3.3.2.csv", "locust/mixed_2.47.0_stats.csv", "pyrit/conversations_0.10.0.csv"]
)
def test_a_quotation_mark_that_is_never_closed_swallows_no_rows(name: str, tmp_path: Path) -> None:
    head, *rows = sample(name).read_text().splitlines()
    format = registry.identify(sample(name), "e").format
    error = refusal(tmp_path, "\n".join([head, rows[0], f'"{rows[0]}', *rows[1:]]) + "\n", format)
    assert "table" in error.what


@pytest.mark.parametrize(
    ("content", "looks", "fix"),
    [
        (b"\x80\x04\x95\x0b", "pickle, which is never loaded", "export"),
        (b"\x89HDF\r\n\x1a\n" + bytes(80), "HDF5", "export"),
        (b"\x93NUMPY\x01\x00", "NumPy", "export"),
        (b"BZh91AY&SY", "bzip2", "unpack"),
        ('{"results": {}}'.encode("utf-16"), "UTF-16", "UTF-8"),
        ('{"results": {}}'.encode("utf-32"), "UTF-32", "UTF-8"),
        (b'<?xml version="1.0"?><report/>', "XML of no known kind", "export"),
        (b'<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuite name="&x;"/>', "XML", "document type"),
    ],
)
def test_what_no_collector_reads_is_called_by_its_name(content: bytes, looks: str, fix: str, tmp_path: Path) -> None:
    error = refusal(tmp_path, content)
    assert looks in error.what
    assert fix in error.fix
