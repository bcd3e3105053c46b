"""What all files of the book are made of: names, texts, and mappings that allow their own keys only."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Phrase = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]
Share = Annotated[float, Field(ge=0, le=1)]


class Strict(BaseModel):
    """A mapping that allows its own keys only."""

    model_config = ConfigDict(extra="ignore", frozen=True, json_schema_extra={"additionalProperties": False})

    @model_validator(mode="before")
    @classmethod
    def known_keys(cls, given: Any) -> Any:
        """Refuse a key that is not ours, naming those that are."""
        if not isinstance(given, dict):
            raise PydanticCustomError("not_a_mapping", "this must be a mapping of keys to values")
        allowed = [field.alias or name for name, field in cls.model_fields.items()]
        for key in given:
            if key not in allowed:
                raise PydanticCustomError(
                    "unknown_key", "unknown key '{key}'", {"key": key, "allowed": ", ".join(allowed)}
                )
        return given
