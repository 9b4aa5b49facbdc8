"""The RAND survey as one table: who was asked, who may be learned from, who is tested on. No model, no files written.

A row is one person in one year. The published subset names nobody, so two stand-ins for identity are built:

* a *profile*: all rows with the same insurance terms and the same chronic-disease score. People who share a
  profile look alike to a model, so a profile is either learned from or tested on, never both;
* a *household*: rows of one profile that follow each other in the file: one person's years, or one family's.
  Intervals resample households, because the years of one person are not independent of each other.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import statsmodels.datasets.randhie as randhie

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Words = npt.NDArray[np.str_]

SEED = 1974
"""The year in which the experiment enrolled its first families; chosen for that reason."""

VISITS = "mdvis"
INPUTS = ("lncoins", "idp", "lpi", "fmde", "physlm", "disea", "hlthg", "hlthf", "hlthp")
PROFILE = ("lncoins", "idp", "lpi", "fmde", "disea")
MEANINGS = {
    "mdvis": "outpatient visits to a doctor in the year",
    "lncoins": "natural logarithm of (coinsurance rate in per cent + 1)",
    "idp": "1 if the plan has an individual deductible, else 0",
    "lpi": "natural logarithm of max(1, annual participation incentive payment)",
    "fmde": "0 if idp is 1, else natural logarithm of max(1, maximum expenditure / (0.01 coinsurance))",
    "physlm": "1 if the person has a physical limitation; fractions are values imputed by the publisher",
    "disea": "chronic-disease score",
    "hlthg": "1 if self-rated health is good, else 0",
    "hlthf": "1 if self-rated health is fair, else 0",
    "hlthp": "1 if self-rated health is poor, else 0 (all three 0: excellent)",
}

TEST_TENTHS = 4
"""Tenths of the profiles that are tested on: enough people with a limitation (over 800) for a narrow interval."""


@dataclass(frozen=True)
class Survey:
    """Every row, its answers and its side of the split; arrays have one entry per row, in file order."""

    table: pd.DataFrame
    tested: Flags

    @cached_property
    def label(self) -> Numbers:
        """1 where the person saw a doctor at least once in the year."""
        label: Numbers = self.table[VISITS].ge(1).to_numpy(dtype=np.int64)
        return label

    @cached_property
    def inputs(self) -> pd.DataFrame:
        """What a model may look at."""
        return self.table[list(INPUTS)]

    @cached_property
    def profile(self) -> Numbers:
        """A number per profile."""
        return profiles(self.table)

    @cached_property
    def household(self) -> Numbers:
        """A number per run of neighbouring rows with one profile."""
        changes = np.diff(self.profile, prepend=self.profile[0]) != 0
        return np.cumsum(changes, dtype=np.int64)

    @cached_property
    def item(self) -> Words:
        """Twelve hexadecimal digits per row: a digest of its number and its values."""
        lines = csv_bytes(self.table).decode().splitlines()[1:]
        return np.array([digest(f"{number},{line}".encode())[:12] for number, line in enumerate(lines)])

    @cached_property
    def groups(self) -> dict[str, Words]:
        """Per question, the group each row belongs to; an imputed limitation (always below 0.2) counts as `no`."""
        table = self.table
        health = np.select(
            [table["hlthp"].eq(1), table["hlthf"].eq(1), table["hlthg"].eq(1)], ["poor", "fair", "good"], "excellent"
        )
        return {
            "physical_limitation": np.where(table["physlm"].eq(1), "yes", "no"),
            "self_rated_health": health,
            "individual_deductible": np.where(table["idp"].eq(1), "yes", "no"),
        }


def load_survey() -> Survey:
    """The table as statsmodels ships it, split by profile with the fixed seed."""
    table = randhie.load_pandas().data.reset_index(drop=True)
    return Survey(table=table, tested=tested_rows(table, profiles(table)))


def profiles(table: pd.DataFrame) -> Numbers:
    """A number per row; equal where insurance terms and chronic-disease score agree to six decimals."""
    terms = table[list(PROFILE)].round(6)
    number: Numbers = terms.groupby(list(PROFILE), sort=False).ngroup().to_numpy(dtype=np.int64)
    return number


def tested_rows(table: pd.DataFrame, profile: Numbers) -> Flags:
    """True where the row's profile was drawn for the test set.

    Profiles are sorted by chronic-disease score, then by number of rows, and drawn within each ten neighbours, so
    that both sides get their share of the healthy and the ill, and of the few profiles with hundreds of rows.
    """
    generator = np.random.default_rng(SEED)
    rows = np.bincount(profile)
    score = table["disea"].groupby(profile).first().to_numpy()
    in_order = np.lexsort((generator.random(len(rows)), -rows, score))
    drawn = [
        generator.permutation(ten)[: round(len(ten) * TEST_TENTHS / 10)]
        for ten in (in_order[start : start + 10] for start in range(0, len(in_order), 10))
    ]
    return np.isin(profile, np.concatenate(drawn))


def csv_bytes(table: pd.DataFrame) -> bytes:
    """The table as CSV with a header and Unix line ends: the bytes every digest of a table is taken over."""
    return bytes(table.to_csv(index=False, lineterminator="\n").encode())


def digest(content: bytes) -> str:
    """The SHA-256 of the bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def source_file() -> Path:
    """The file statsmodels reads the table from."""
    return Path(randhie.__file__).with_name("randhie.csv")
