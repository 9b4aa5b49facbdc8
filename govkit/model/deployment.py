"""Options of deployment compared: what a project declares, and the table that comes of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from govkit.model.assessment import Used
from govkit.model.base import Name, Record, Text
from govkit.model.control import Slug, Unit
from govkit.model.evidence import Interval, NBasis

Per = Literal["hour", "million-input-tokens", "million-output-tokens", "million-tokens"]
State = Literal["measured", "computed", "unusable", "several", "not-measured"]
Comparable = Literal["yes", "no", "unknown"]


class Price(Record):
    """What something costs, as somebody read it somewhere on a day."""

    id: Slug
    amount: float = Field(ge=0)
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    per: Per
    units: float = Field(default=1, gt=0)
    """How many are paid for at once: the GPUs of a server."""
    source: Text
    """Where the price stands: an address, an offer, a contract."""
    on: date
    """Day it was read."""
    until: date | None = None
    """Last day it holds, where the source says so."""
    where: dict[str, str] = Field(default_factory=dict)
    """Conditions of the options it is the price of; a value may be a glob."""


class WantedMeasure(Record):
    """A measure of quality that every option is to be shown with."""

    measure: Name
    where: dict[str, str] = Field(default_factory=dict)
    title: Name | None = None


class DeploymentRules(Record):
    """How a project compares its options."""

    options: tuple[Name, ...] = ("deployment", "region", "hardware", "precision", "quantisation")
    """Conditions that make an option."""
    load: tuple[Name, ...] = ()
    """Conditions that make a load, beside those that collectors of load tests write."""
    measures: tuple[WantedMeasure, ...] = ()
    prices: tuple[Price, ...] = ()
    price_days: int = Field(default=90, ge=1)
    """Days after which a price without an end is called stale. Source: govkit judgement; list prices of machines change
    several times a year."""


class PricePaid(Record):
    """A price that a cost was computed from."""

    price: Price
    days: int
    """Days between the day it was read and the instant of the table."""
    stale: bool


class Column(Record):
    """What is compared."""

    id: Name
    title: Name
    unit: Unit | None = None
    higher_is_better: bool | None = None


class Cell(Record):
    """One value of one option, or why there is none."""

    column: Name
    of: Text | None = None
    """Release, option and load in words, so that a cell can be found without its row."""
    state: State
    value: float | None = None
    unit: Unit | None = None
    currency: Name | None = None
    n: int | None = None
    n_basis: NBasis | None = None
    interval: Interval | None = None
    comparable: Comparable | None = None
    """With the value most options have; None where there is no value, or nothing to compare it with."""
    why: Text | None = None
    """Why there is no value, or why it cannot be compared."""
    formula: Text | None = None
    doubts: tuple[Text, ...] = ()
    prices: tuple[PricePaid, ...] = ()
    used: tuple[Used, ...] = ()


class Deployment(Record):
    """One option of one release under one load."""

    release: Name
    option: dict[str, str]
    load: dict[str, str]
    models: tuple[Name, ...] = ()
    """Ids of models in the files behind the values."""
    lengths: dict[str, float] = Field(default_factory=dict)
    """`input` and `output` to the tokens of one answered request, where they were counted."""
    cells: tuple[Cell, ...]


TOOL = "govkit deployments"
"""What the table calls itself; a mapping that reads it back names this tool, so that it is not compared with itself."""


class DeploymentTable(Record):
    """Options beside each other, as of one instant."""

    schema_: Literal["govkit.deployments/1"] = Field(default="govkit.deployments/1", alias="schema")
    tool: Name = TOOL
    as_of: AwareDatetime
    releases: tuple[Name, ...]
    columns: tuple[Column, ...]
    rows: tuple[Deployment, ...]
    notes: tuple[Text, ...] = ()
