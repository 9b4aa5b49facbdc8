"""What govkit writes down holds no token, no credential and no name of a home folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.collectors import redaction
from govkit.collectors.redaction import HIDDEN, cleaned, redacted
from govkit.collectors.values import name
from govkit.model.evidence import Measurement, ModelRef, Reading, SampleScores
from tests.collectors.given import DATA, read_sample, refusal

SECRETS = {
    "hf_" + "a1B2" * 8: HIDDEN,
    "Authorization: Bearer abcdef0123456789abcdef": f"Authorization: Bearer {HIDDEN}",
    "sk-proj-" + "Zx9_" * 6: HIDDEN,
    "ghp_" + "0aB" * 12: HIDDEN,
    "AKIA" + "ABCD1234" * 2: HIDDEN,
    "https://ada:secret@example.org/v1": f"https://{HIDDEN}@example.org/v1",
    "endpoint?api_key=abcdef123456&x=1": f"endpoint?api_key={HIDDEN}&x=1",
    "pretrained=/home/ada/models/tiny": "pretrained=~/models/tiny",
    "/Users/Ada Lovelace/x".replace(" Lovelace", ""): "~/x",
    r"C:\Users\ada\models\tiny": r"~\models\tiny",
    "/root/models/tiny": "~/models/tiny",
    r"C:\Users\ada lovelace\models\tiny": r"~\models\tiny",
    r"\\server\Users\ada\models": r"~\models",
    "/results/0/~1home~1ada~1models~1tiny/acc": "/results/0/~~1models~1tiny/acc",
    "https://example.org/?path=%2Fhome%2Fada%2Fmodels": "https://example.org/?path=~%2Fmodels",
    "gsk_" + "a1B2" * 13: HIDDEN,
    "OPENAI_KEY=x, aws_secret_access_key=abcdefgh": f"OPENAI_KEY=x, aws_secret_access_key={HIDDEN}",
    "https://hooks.slack.com/services/T0/B0/abcdef": f"https://hooks.slack.com/services/{HIDDEN}",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi": HIDDEN,
    "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nx": f"{HIDDEN}\nx",
}


@pytest.mark.parametrize(("text", "clean"), SECRETS.items())
def test_secrets_and_home_folders_go(text: str, clean: str) -> None:
    assert cleaned(text) == clean


@pytest.mark.parametrize(
    "text",
    ["meta-llama/Llama-3-8B", "token-f1", "task_hf_lm", "tokens per second: 128", "gpt-4o-2024-08-06", "risk-sk-1"],
)
def test_names_of_models_and_metrics_stay(text: str) -> None:
    assert cleaned(text) == text


def test_a_secret_is_hidden_before_a_line_is_cut() -> None:
    assert name("model-" * 5 + " hf_" + "a1B2" * 8, 40) == f"{'model-' * 5} [redacte…"
    assert name("x" * 38 + " hf_" + "a1B2" * 8, 45) == f"{'x' * 38} [reda…"


@pytest.mark.parametrize("key", ["api_key", "OPENAI_API_KEY", "hf-token", "token", "db.password", "client_secret"])
def test_the_value_of_a_setting_that_is_called_a_secret_goes_whatever_it_looks_like(key: str) -> None:
    reading = Reading(format="f", collector="f", collector_version="1", config={key: "plain", "max_tokens": "128"})
    assert redacted(reading).config == {key: HIDDEN, "max_tokens": "128"}


def test_a_secret_in_the_name_of_scores_alone_goes() -> None:
    samples = (SampleScores(measure="m/hf_" + "a1B2" * 8, binary=True, scores={"a": 1.0}),)
    clean = redacted(Reading(format="f", collector="f", collector_version="1", samples=samples))
    assert [one.measure for one in clean.samples] == [f"m/{HIDDEN}"]


def test_a_refusal_shows_no_secret(tmp_path: Path) -> None:
    secret = "hf_" + "a1B2" * 8
    assert "hf_" not in str(refusal(tmp_path, {"schema": f"govkit.metric-frame/1 {secret}"}, "fairlearn"))
    assert "hf_" not in str(refusal(tmp_path, {secret[:30]: 1}))


@given(st.text(alphabet="~1/\\homeUsrs.ab: %2F=", max_size=60))
def test_cleaning_pointers_twice_changes_nothing_more(text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)


# Every kind of secret in many shapes, between texts that may hide its beginning or its end.
SHAPES = (
    *redaction._TOKENS,
    r"(?i:bearer|basic)[ \t\n]{1,3}[A-Za-z0-9._~+/=-]{12,20}",
    r"(?i:(?:api|access|secret|auth|private)[-_]?(?:key|token)|token|password|passwd|secret)"
    r"['\"]?[ \t]?[=:][ ]?['\"]?[a-z0-9]{6,9}",
    "(?i:[a-z][a-z0-9+.-]{0,4}://[a-z]{1,4}(?::[a-z]{0,4})?@)",
    r"(?:/home/|/Users/|[A-Z]:\\+Users\\+|/root/)[a-z]{1,4}",
    r"(?:/|\\/|~1|%2F|%2f)(?:home|Users)(?:/|\\/|~1|%2F|%2f)[a-z]{1,4}",
    r"\\\\[a-z]{1,4}\\(?:home|Users)\\[a-z]{1,4}",
    r"hooks\.slack\.com/services/[A-Z]{1,4}",
    r"-----BEGIN (?:RSA )?PRIVATE KEY-----[a-z]{0,4}",
    r"(?:aws|my)_(?:secret_access_key|password|client-secret)=[a-z]{6,9}",
)
SECRET = st.one_of(*(st.from_regex(shape, fullmatch=True) for shape in SHAPES))
AROUND = st.sampled_from(("", " ", "x", "-", "\n", '"', "\\", "/", "=", "task-", "tokens: ", "\u00e9")) | st.text(
    max_size=3
)
TEXT = st.tuples(AROUND, SECRET, AROUND).map("".join)
PATTERNS = (
    redaction._TOKEN,
    redaction._BEARER,
    redaction._NAMED,
    redaction._USERINFO,
    redaction._HOME,
    redaction._HOOK,
    redaction._PRIVATE,
)


@pytest.mark.parametrize("shape", SHAPES)
@given(st.data())
def test_the_quick_look_passes_over_nothing(shape: str, data: st.DataObject) -> None:
    """A text is left as it is without a look at the patterns only when none of them fits it."""
    text = "".join(data.draw(part) for part in (AROUND, st.from_regex(shape, fullmatch=True), AROUND))
    assert not (redaction._surely_clean(text) and any(pattern.search(text) for pattern in PATTERNS))


@pytest.mark.parametrize(
    "text", ["to\u212aen: abcdef", "\u017fecret=abcdef", "ba\u017fic abcdefghijklmnop", "bas\u0131c abcdefghijklmnop"]
)
def test_letters_that_fit_when_case_is_ignored_hide_nothing(text: str) -> None:
    assert HIDDEN in cleaned(text)


@given(TEXT)
def test_a_reading_is_cleaned_like_each_of_its_texts(text: str) -> None:
    reading = Reading(format="f", collector="f", collector_version="1", config={"a": text, text: "b"})
    clean = redacted(reading)
    assert clean.config == {cleaned(key): cleaned(value) for key, value in {"a": text, text: "b"}.items()}
    assert (clean is reading) == (cleaned(text) == text)


def test_every_text_of_a_reading_is_cleaned_and_no_number() -> None:
    secret = "hf_" + "a1B2" * 8
    reading = Reading(
        format="f",
        collector="f",
        collector_version="1",
        model=ModelRef(id=f"/home/ada/{secret}"),
        config={"key": secret},
        measurements=(
            Measurement(measure=f"m/{secret}", value=0.25, conditions={"judge": secret}, warnings=(secret,)),
        ),
        samples=(SampleScores(measure=f"m/{secret}", binary=False, scores={"a": 0.5}),),
    )
    clean = redacted(reading)
    assert secret not in clean.model_dump_json()
    assert "ada" not in clean.model_dump_json()
    assert clean.measurements[0].value == 0.25
    assert clean.samples[0].scores == {"a": 0.5}


@pytest.mark.parametrize("name", sorted(p.relative_to(DATA).as_posix() for p in DATA.glob("lm_eval/results*.json")))
def test_what_holds_no_secret_is_the_same_object(name: str) -> None:
    reading = read_sample(name)
    assert redacted(reading) is reading


def test_a_file_is_cleaned_on_the_way_in(tmp_path: Path) -> None:
    text = (DATA / "lm_eval/results_2026-01-21T03-44-18.458309.json").read_text()
    path = tmp_path / "results.json"
    path.write_text(text.replace('"model_name": "', '"model_name": "/home/ada/'))
    from govkit.collectors import registry

    reading = registry.read(path, "results.json")
    assert reading.model is not None
    assert reading.model.id.startswith("~/")
