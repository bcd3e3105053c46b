"""The optional language models: where they are, what they may do, what they may cost; part of `Settings`."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, SecretStr, model_validator

Dollars = Annotated[float, Field(ge=0)]


class ModelSettings(BaseModel):
    """Nothing here is needed: without an address the rules decide and the templates speak."""

    llm_url: str | None = Field(
        None, pattern=r"^https?://", description="OpenAI-compatible endpoint of the optional model planner"
    )
    llm_key: SecretStr | None = Field(None, description="Key for that endpoint")
    llm_model: str | None = Field(None, description="Model for hard questions")
    llm_small_model: str | None = Field(None, description="Model that is asked first")
    llm_asks: Literal["off", "unsure", "complex"] = Field(
        "unsure",
        description="When the planner asks a model: never, where it would ask the customer back, or also for "
        "long messages",
    )
    llm_writes: bool = Field(False, description="Let a model reword replies in the customer's tone")
    llm_within_s: float = Field(1.2, gt=0, le=1.5, description="Longest wait for a model, in seconds")
    llm_sure_at: int = Field(
        70, ge=0, le=100, description="Percent of certainty from which on the small model's word is enough"
    )
    llm_answers_by: Literal["tool", "json_schema"] = Field(
        "tool", description="How the endpoint is held to a shape: a forced tool call, or a JSON schema"
    )
    llm_prices: dict[str, tuple[Dollars, Dollars]] = Field(
        default_factory=dict,
        description="Dollars for a million tokens read and written, by model, as JSON: "
        '{"small-model": [0.15, 0.60]}',
    )
    llm_daily_usd: float | None = Field(
        None, ge=0, description="Most dollars that models may cost a tenant a day (UTC); unset: no limit"
    )

    @model_validator(mode="after")
    def _models_come_with_an_address(self) -> Self:
        if self.llm_url and not self.llm_model:
            raise ValueError("llm_url is set without llm_model; name the model, or unset both")
        return self

    @model_validator(mode="after")
    def _a_budget_needs_prices(self) -> Self:
        if self.llm_url is None or self.llm_daily_usd is None:
            return self
        for model in (self.llm_model, self.llm_small_model):
            if model and model not in self.llm_prices:
                raise ValueError(
                    f"FRONTDESK_LLM_PRICES: no price for {model}, so llm_daily_usd cannot be kept; add "
                    f'"{model}": [dollars read, dollars written]'
                )
        return self
