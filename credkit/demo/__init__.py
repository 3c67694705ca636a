"""The synthetic practice, and local servers that answer like the sources."""
