"""Others who do the work that is measured: each a program `PEER LIST.csv ROSTER.csv HITS.ndjson`, with nothing of credkit."""
