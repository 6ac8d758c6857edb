"""Estimation: how sure a usage figure is, and what pulses and partial telemetry say of a whole population."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import sqrt

from rituals.measures.statistics import (
    Interval,
    Proportion,
    Stratum,
    Tier,
    Z,
    cohen_kappa,
    mcnemar_exact,
    pooled_z,
    post_stratify,
    two_sided,
)


def tier(*, matched: int, people: int, every_surface: bool, joined: bool, answers: int = 0, invited: int = 0) -> Tier:
    """How a usage figure may be come by.

    `matched` of `people`: whose telemetry is known to be theirs; `every_surface`: it covers all the places of use;
    `joined`: a pulse of `answers` out of `invited` can be read together with it, in memory. 95 % matched and covered is
    measured; half or more and joined is calibrated; else a pulse is an estimate, and no more than an indication with
    fewer than 30 answers or 20 % of the invited: of that the bounds of its interval only.
    """
    if people and 100 * matched >= 95 * people and every_surface:
        return Tier.MEASURED
    if answers < 30 or 5 * answers < invited:
        return Tier.INDICATIVE
    if people and 2 * matched >= people and joined:
        return Tier.CALIBRATED
    return Tier.ESTIMATED


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossTable:
    """Respondents by what telemetry and they themselves say: `both`, `telemetry_only`, `reported_only`, `neither`."""

    both: int
    telemetry_only: int
    reported_only: int
    neither: int

    def __post_init__(self) -> None:
        if min(self.both, self.telemetry_only, self.reported_only, self.neither) < 0:
            raise ValueError(f"counts are 0 or more: {self}")

    @property
    def n(self) -> int:
        """The respondents."""
        return self.both + self.telemetry_only + self.reported_only + self.neither

    @property
    def reported(self) -> Proportion:
        """Those who say they use it: not to be shown as usage."""
        return Proportion(x=self.both + self.reported_only, n=self.n)

    @property
    def measured(self) -> Proportion:
        """Those of whom telemetry says so."""
        return Proportion(x=self.both + self.telemetry_only, n=self.n)

    @property
    def agreement(self) -> Proportion:
        """Those of whom both say the same."""
        return Proportion(x=self.both + self.neither, n=self.n)

    @property
    def kappa(self) -> float | None:
        """Agreement beyond chance."""
        return cohen_kappa(self.both, self.telemetry_only, self.reported_only, self.neither)

    @property
    def p_value(self) -> float:
        """The chance that the two differ as much without one saying more than the other."""
        return mcnemar_exact(self.telemetry_only, self.reported_only)

    @property
    def may_show(self) -> bool:
        """Whether the table itself may be shown: no cell of 1 to 4 people."""
        cells = (self.both, self.telemetry_only, self.reported_only, self.neither)
        return not any(0 < cell < 5 for cell in cells)


class Disagreement(StrEnum):
    """How what people say compares with what telemetry says; what follows never concerns one person."""

    CONCORDANT = "concordant"
    REPORTED_MORE = "reported_more"  # usage that is probably not measured: other accounts, surfaces, over-claiming
    MEASURED_MORE = "measured_more"  # automatic triggers, shared accounts, wording
    UNCLEAR = "unclear"


def disagreement(table: CrossTable) -> Disagreement:
    """Concordant within 5 points with a kappa of 0.6 or more; else whichever is significantly more (p < .05)."""
    kappa = table.kappa
    apart = table.reported_only - table.telemetry_only
    if 20 * abs(apart) <= table.n and kappa is not None and kappa >= 0.6:
        return Disagreement.CONCORDANT
    if table.p_value < 0.05:
        return Disagreement.REPORTED_MORE if apart > 0 else Disagreement.MEASURED_MORE
    return Disagreement.UNCLEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """A share of the whole population (0..1) from partial telemetry and a pulse, with error and 95 % interval.

    `method`: "post_stratified" or "difference"; `n_eff` only of the first.
    """

    method: str
    share: float
    standard_error: float
    interval: Interval
    n_eff: float | None = None


FEWEST_TO_STRATIFY = 10


def calibrated(table: CrossTable, *, telemetry_active: int, population: int, finite: bool) -> Calibrated:
    """The best estimate that `table` allows; see `stratified_on_telemetry`, else `difference_estimate`.

    Post-stratification needs 10 respondents or more on either side of telemetry.
    """
    active, other = table.measured.x, table.n - table.measured.x
    choice = stratified_on_telemetry if min(active, other) >= FEWEST_TO_STRATIFY else difference_estimate
    return choice(table, telemetry_active=telemetry_active, population=population, finite=finite)


def stratified_on_telemetry(table: CrossTable, *, telemetry_active: int, population: int, finite: bool) -> Calibrated:
    """What people say, post-stratified on what telemetry says of everybody: it also corrects who answered.

    `telemetry_active` of `population`: whom telemetry knows as active, respondents or not. (T / N) a / (a + b) +
    ((N - T) / N) c / (c + d), as Holt and Smith (1979).
    Raises ValueError for counts that cannot be, or where nobody answered of those whom telemetry knows as active, or
    of the others.
    """
    _check(table, telemetry_active, population)
    found = post_stratify(
        (
            Stratum(name="active", population=telemetry_active, n=table.measured.x, x=table.both),
            Stratum(
                name="other",
                population=population - telemetry_active,
                n=table.n - table.measured.x,
                x=table.reported_only,
            ),
        ),
        finite=finite,
        fewest=0,
        cap=None,
    )
    return Calibrated(
        method="post_stratified",
        share=float(found.share),
        standard_error=found.standard_error,
        interval=found.interval,
        n_eff=found.n_eff,
    )


def difference_estimate(table: CrossTable, *, telemetry_active: int, population: int, finite: bool) -> Calibrated:
    """Telemetry's share of everybody plus the respondents' mean of report - telemetry: T / N + (c - b) / n.

    The difference estimator (Särndal, Swensson and Wretman, 1992) with variance (1 - n / N) s² / n, kept within 0..1.
    Raises ValueError for counts that cannot be, or fewer than two respondents.
    """
    _check(table, telemetry_active, population)
    n, b, c = table.n, table.telemetry_only, table.reported_only
    if n < 2:
        raise ValueError("one respondent shows no spread")
    share = Fraction(telemetry_active, population) + Fraction(c - b, n)
    spread = (c + b - Fraction((c - b) ** 2, n)) / (n - 1)
    error = sqrt((1 - Fraction(n, population) if finite else 1) * spread / n)
    return Calibrated(
        method="difference",
        share=min(1.0, max(0.0, float(share))),
        standard_error=error,
        interval=Interval(
            low=min(1.0, max(0.0, float(share) - Z * error)), high=max(0.0, min(1.0, float(share) + Z * error))
        ),
    )


def _check(table: CrossTable, telemetry_active: int, population: int) -> None:
    if not table.measured.x <= telemetry_active <= population - (table.n - table.measured.x):
        raise ValueError(f"{table} does not fit {telemetry_active} active of {population}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NonResponse:
    """Telemetry's share of those who answered and of those who did not; `z` and `p_value` of the difference."""

    respondents: Proportion
    others: Proportion
    z: float
    p_value: float


def non_response(table: CrossTable, *, telemetry_active: int, population: int) -> NonResponse | None:
    """Whether those who answered use it more, or less, than the others; None where either are nobody.

    The pooled z of two proportions. Raises ValueError for counts that cannot be.
    """
    _check(table, telemetry_active, population)
    others = Proportion(x=telemetry_active - table.measured.x, n=population - table.n)
    if not table.n or not others.n:
        return None
    z = pooled_z(table.measured, others)
    return NonResponse(respondents=table.measured, others=others, z=z, p_value=two_sided(z))
