"""What every noun is: frozen, closed to unknown fields, its fields documented where they stand."""

from pydantic import BaseModel, ConfigDict


class Noun(BaseModel):
    """Base of the nouns that programs exchange."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Written(BaseModel):
    """Base of the nouns that authors write; their field docstrings are the JSON Schema's descriptions."""

    model_config = ConfigDict(frozen=True, extra="forbid")
