"""Parts of `credkit verify`, one a kind of work; `credkit.commands.verify` puts them together."""
