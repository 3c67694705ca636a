"""Write docs/schemas/ anew from the models; `make schemas` runs it, and a test holds the files against the models."""

from pathlib import Path

from credkit.commands.items.schemas import SCHEMAS, schema_text

for name in SCHEMAS:
    (Path(__file__).parent / f"{name}.json").write_text(schema_text(name), encoding="utf-8")
