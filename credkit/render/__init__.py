"""Values in, text out: tables, plain lines, JSON, NDJSON, CSV and prose. For commands only."""
