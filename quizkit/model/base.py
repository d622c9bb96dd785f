"""What every noun is: frozen, closed to unknown fields, its fields documented where they stand."""

from pydantic import BaseModel, ConfigDict


class Noun(BaseModel):
    """Base of the nouns that programs exchange. Built on first use: no command uses all of them."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Written(BaseModel):
    """Base of the nouns that authors write; their field docstrings are the JSON Schema's descriptions.

    Built on first use too: a bank that was loaded before is not checked again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
