"""Many specifications, one sample: is the best of them better than luck?

White, "A Reality Check for Data Snooping", Econometrica 68(5), 2000; Hansen, "A Test for Superior
Predictive Ability", Journal of Business and Economic Statistics 23(4), 2005; Romano and Wolf,
"Stepwise Multiple Testing as Formalized Data Snooping", Econometrica 73(4), 2005; all through
`arch`, on forecast losses. For slopes there is `models.transmission.slope_search`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission import display
from models.transmission.frames import complete, together


@dataclass(frozen=True)
class SuperiorAbility:
    """What is asked: does any of these models have smaller expected losses than the benchmark?

    Attributes:
        benchmark: its loss by session.
        models: one column of losses per model, on the same index.
        draws: of the stationary bootstrap.
        block: its mean block length; None = the square root of the sessions, as `arch` takes it.
        alpha: level of the stepwise test.
        seed: of the draws.
    """

    benchmark: pd.Series
    models: pd.DataFrame
    draws: int = 999
    block: int | None = None
    alpha: float = 0.05
    seed: int = 17

    def fit(self) -> SuperiorAbilityResult:
        """Run both tests.

        Raises:
            ModelError: the losses are not complete, ordered and moving, or a model's are the
                benchmark's own.
        """
        if self.draws < 19 or not 0 < self.alpha < 1:
            raise ModelError("19 draws or more; alpha lies between 0 and 1")
        columns = [self.models[name] for name in self.models]
        if not columns:
            raise ModelError("there are no models")
        complete(self.models)
        table = together(self.benchmark.rename("the benchmark"), *columns)
        losses = table.to_numpy()
        for name, column in zip(self.models, losses[:, 1:].T, strict=True):
            if np.ptp(column - losses[:, 0]) == 0:
                raise ModelError(f"{name} differs from the benchmark by a constant")
        return self._tested(losses[:, 0], losses[:, 1:])

    def _tested(self, benchmark: np.ndarray, models: np.ndarray) -> SuperiorAbilityResult:
        from arch.bootstrap import SPA, StepM

        spa = SPA(benchmark, models, self.block, self.draws, seed=self.seed)
        spa.compute()
        step = StepM(benchmark, models, self.alpha, self.block, self.draws, seed=self.seed)
        step.compute()
        names = list(self.models.columns)
        saved = pd.Series(benchmark.mean() - models.mean(axis=0), index=self.models.columns)
        return SuperiorAbilityResult(
            saved=saved,
            p_lower=float(spa.pvalues["lower"]),
            p_consistent=float(spa.pvalues["consistent"]),
            p_upper=float(spa.pvalues["upper"]),
            superior=tuple(names[place] for place in np.asarray(step.superior_models, dtype=int)),
        )


@dataclass(frozen=True)
class SuperiorAbilityResult:
    """Tests of the best model, and who survives.

    Attributes:
        saved: mean loss of the benchmark minus that of each model.
        p_lower: liberal p-value (poor models left out).
        p_consistent: Hansen's.
        p_upper: White's reality check, studentised: no model left out.
        superior: models that the stepwise test finds better than the benchmark.
    """

    saved: pd.Series
    p_lower: float
    p_consistent: float
    p_upper: float
    superior: tuple[object, ...]

    @property
    def best(self) -> object:
        """The model with the smallest mean loss."""
        return self.saved.idxmax()

    def to_frame(self) -> pd.DataFrame:
        """One row per model, the best first."""
        found = self.saved.rename("loss saved").to_frame()
        found["superior"] = [name in self.superior for name in found.index]
        return found.sort_values("loss saved", ascending=False)

    def summary(self) -> str:
        """The result as text."""
        return display.text(self._title(), self.to_frame(), self._notes())

    def _repr_html_(self) -> str:
        return display.html(self._title(), self.to_frame(), self._notes())

    def _title(self) -> str:
        return f"Superior predictive ability of {len(self.saved)} models"

    def _notes(self) -> list[str]:
        return [
            f"p of the best: {self.p_consistent:.3f} (Hansen), {self.p_upper:.3f} (reality check)"
        ]
