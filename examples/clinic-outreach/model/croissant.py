"""Metadata of the dataset as a release used it, in MLCommons Croissant 1.0 with its responsible-AI extension."""

from __future__ import annotations

from typing import Any

from recipes import VERSIONS, Trained
from survey import INPUTS, MEANINGS, VISITS, Survey, digest, source_file

WHOLE_NUMBERS = ("mdvis", "idp", "hlthg", "hlthf", "hlthp")
PLAIN_TERMS = (
    *("citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject", "fileSet", "format"),
    *("includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex"),
    *("repeated", "replace", "samplingRate", "separator", "source", "subField", "transform"),
)
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in PLAIN_TERMS},
}
"""Source: Croissant 1.0 specification, appendix 1."""


def croissant(trained: Trained, survey: Survey, evaluated_at: str) -> dict[str, Any]:
    """The Croissant document of a release's dataset."""
    learned, tested = int(trained.learned.sum()), int(survey.tested.sum())
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": "randhie",
        "description": (
            f"RAND Health Insurance Experiment, {len(survey.table)} person-years, as used for release "
            f"{trained.version} of the Harbour Clinic outreach model: {learned} rows learned from, {tested} tested on. "
            "A subset of the original data, as shipped with statsmodels."
        ),
        "license": "https://creativecommons.org/publicdomain/mark/1.0/",
        "usageInfo": "statsmodels states for this dataset: 'This is in the public domain.'",
        "url": "https://www.statsmodels.org/stable/datasets/generated/randhie.html",
        "citeAs": (
            "Cameron, A. C. and Trivedi, P. K. (2005). Microeconometrics: Methods and Applications. Cambridge "
            "University Press. Data collected by the RAND Corporation for the Health Insurance Experiment."
        ),
        "creator": {"@type": "sc:Organization", "name": "RAND Corporation", "url": "https://www.rand.org"},
        "version": f"1.{VERSIONS.index(trained.version)}.0",
        "datePublished": evaluated_at[:10],
        "inLanguage": "en",
        **responsible(),
        "distribution": [distribution()],
        "recordSet": [record_set()],
    }


def responsible() -> dict[str, str]:
    """What a reader must know before using the data."""
    return {
        "rai:dataCollection": (
            "Families in six places in the United States were assigned to insurance plans in the 1970s and followed "
            "for three or five years; visits come from insurance claims, health from questionnaires."
        ),
        "rai:dataLimitations": (
            "Half a century old, one country, the elderly were not enrolled. No person id and no year: identity is "
            "approximated by equal insurance terms and chronic-disease score. Some limitations are imputed fractions."
        ),
        "rai:dataBiases": (
            "The answer is a visit, not a need: people whose plan charges more see a doctor less often, so a model "
            "of visits ranks them lower at equal health."
        ),
        "rai:personalSensitiveInformation": "Health and disability of persons who are not identified.",
        "rai:dataUseCases": "Teaching and demonstration. Not a basis for decisions about patients.",
    }


def distribution() -> dict[str, str]:
    """The one file everything is made from; the digest is that of the installed copy."""
    return {
        "@type": "cr:FileObject",
        "@id": "randhie.csv",
        "name": "randhie.csv",
        "description": "Ten columns, one row per person and year.",
        "contentUrl": (
            "https://raw.githubusercontent.com/statsmodels/statsmodels/v0.14.4/statsmodels/datasets/randhie/randhie.csv"
        ),
        "contentSize": f"{source_file().stat().st_size} B",
        "encodingFormat": "text/csv",
        "sha256": digest(source_file().read_bytes()),
    }


def record_set() -> dict[str, Any]:
    """One record per person and year."""
    return {
        "@type": "cr:RecordSet",
        "@id": "person-years",
        "name": "person-years",
        "description": "One person in one year of the experiment.",
        "field": [field(name) for name in (VISITS, *INPUTS)],
    }


def field(name: str) -> dict[str, Any]:
    """One column."""
    return {
        "@type": "cr:Field",
        "@id": f"person-years/{name}",
        "name": name,
        "description": MEANINGS[name],
        "dataType": "sc:Integer" if name in WHOLE_NUMBERS else "sc:Float",
        "source": {"fileObject": {"@id": "randhie.csv"}, "extract": {"column": name}},
    }
