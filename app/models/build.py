"""Builds the models that the settings name; their library is loaded only then."""

from collections.abc import Callable
from datetime import datetime

from app.models.metered import MeteredModels, Tenant
from app.models.prices import Price
from app.settings import Settings
from graphs.planner.llm_port import ModelHelp, Size


def model_help(settings: Settings, tenant: Tenant, clock: Callable[[], datetime]) -> ModelHelp | None:
    """Return the models and what they may help with; None without an address."""
    if settings.llm_url is None or settings.llm_model is None:
        return None
    from app.models.openai import OpenAiModels

    names: dict[Size, str] = {"large": settings.llm_model}
    if settings.llm_small_model:
        names["small"] = settings.llm_small_model
    models = OpenAiModels(
        url=settings.llm_url,
        key=settings.llm_key.get_secret_value() if settings.llm_key else "none",
        names=names,
        answers_by=settings.llm_answers_by,
    )
    prices = {
        name: Price(read=read, written=written) for name, (read, written) in settings.llm_prices.items()
    }
    metered = MeteredModels(models, tenant, prices=prices, daily_usd=settings.llm_daily_usd, clock=clock)
    return ModelHelp(
        models=metered,
        asks=settings.llm_asks,
        writes=settings.llm_writes,
        within_s=settings.llm_within_s,
        sure_at=settings.llm_sure_at,
    )
