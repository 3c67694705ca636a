"""What `--json` prints, as pydantic models: published in docs/schemas/, and versioned by the schema's name."""
