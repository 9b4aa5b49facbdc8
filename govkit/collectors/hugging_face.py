"""Results that a model's makers, or others, state on the Hugging Face Hub: model cards and `.eval_results` files.

Format: `model-index` in the front matter of a model card (huggingface_hub 2.4, `repocard_data.py`; hub-docs
`modelcard.md`), and `.eval_results/*.yaml` (`_eval_results.py`; hub-docs `eval_results.yaml`, with the `config` of its
first drafts and the `metrics` of its last). Measures: `hugging-face/<dataset>/<metric>`, and
`hugging-face/<benchmark>/<task>`, with `/<metric>` where one is named. What stands there is stated, not measured here:
every value is flagged `self-reported`, also one with a token, which only the Hub can check.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from govkit.collectors import hugging_face_card, hugging_face_results
from govkit.collectors.hugging_face_stated import Stated, measurement
from govkit.collectors.source import Sniffed, Source
from govkit.errors import CollectorError
from govkit.model.evidence import ModelRef, Reading

FORMAT = "hugging-face"
VERSION = "2"

_STATED = "stated-results: the values are stated on the Hub by people, not read from a run"


def sniff(source: Source) -> Sniffed | None:
    """A model card with a valid model index, or a list of benchmark results."""
    if source.is_folder or source.starts_as_json:
        return None
    if hugging_face_card.looks_like_one(source):
        return Sniffed(
            FORMAT, 0.9, "model-index", "front matter with a model-index of names, tasks, datasets and metrics"
        )
    if hugging_face_results.looks_like_one(source):
        return Sniffed(FORMAT, 0.85, "eval-results", "a YAML list of entries with dataset.id and value")
    return None


def collect(source: Source) -> Reading:
    """Every stated value; raises CollectorError with the line where the card or list is not valid."""
    if source.head.lstrip(b"\xef\xbb\xbf").startswith(b"---") and not hugging_face_results.looks_like_one(source):
        return _reading(*hugging_face_card.stated(source), "model-index")
    return _reading(*hugging_face_results.stated(source), "eval-results")


def _reading(found: Sequence[Stated], invalid: Sequence[str], shape: str) -> Reading:
    if not found:
        what = invalid[0].partition(": ")[2] if invalid else "it states no result"
        raise CollectorError(f"has no valid result: {what}", fix="see docs/collectors.md for what an entry must have")
    models = list(dict.fromkeys(one.model for one in found))
    only = models[0] if len(models) == 1 else None
    moments = [one.when for one in found]
    texts = [when.text for when in moments if when.text]
    return Reading(
        format=FORMAT,
        format_version=shape,
        collector=FORMAT,
        collector_version=VERSION,
        model=ModelRef(id=only) if only else None,
        flags=("self-reported",),
        at=None if texts else max((when.at for when in moments if when.at), default=None),
        at_text=max(texts, default=None),
        measurements=tuple(measurement(one, several=len(models) > 1) for one in found),
        warnings=(_STATED, *_about(found, models), *invalid[:20]),
    )


def _about(found: Sequence[Stated], models: Sequence[str | None]) -> Iterator[str]:
    if len(models) > 1:
        yield f"several-models: the card states results of {len(models)} models; each value names its own"
    elif models[0] is None:
        yield "model-unknown: the file does not name the model; it is the one whose repository the file lies in"
    else:
        yield "model-unpinned: the model's name is free text, and no revision is given"
    signed = sum(one.token for one in found)
    if signed:
        yield (
            f"token-not-checked: {signed} of {len(found)} values carry a token by which the Hub can verify them; it "
            "cannot be checked here, so they count as stated"
        )
