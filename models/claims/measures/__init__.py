"""The kinds of measurement, by the name that a claims file gives them; one a module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from models.claims.measures.after_state import AfterState
from models.claims.measures.beta import Beta
from models.claims.measures.chain import Chain
from models.claims.measures.correlation import Correlation
from models.claims.measures.crashes import Crashes
from models.claims.measures.day_move import DayMove
from models.claims.measures.event import Event
from models.claims.measures.index_day import IndexDay
from models.claims.measures.lead_lag import LeadLag
from models.claims.measures.level_crossing import LevelCrossing
from models.claims.measures.market_value import MarketValue
from models.claims.measures.money import Money
from models.claims.measures.period_return import PeriodReturn
from models.claims.measures.tail_beta import TailBeta
from models.claims.measures.volatility import Volatility

if TYPE_CHECKING:
    from models.claims.measure import Measure

_MEASURES: Final[tuple[type[Measure], ...]] = (
    DayMove,
    LevelCrossing,
    PeriodReturn,
    Correlation,
    Beta,
    TailBeta,
    Crashes,
    Event,
    LeadLag,
    Volatility,
    Chain,
    Money,
    AfterState,
    IndexDay,
    MarketValue,
)
KINDS: Final[dict[str, Any]] = {measure.kind: measure for measure in _MEASURES}
