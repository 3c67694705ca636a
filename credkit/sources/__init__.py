"""One outside source a file: ask it, read its answer, return Evidence. `client` alone speaks HTTP."""
