"""The policies that ship with credkit, as TOML files."""
