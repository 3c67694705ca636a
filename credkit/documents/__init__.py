"""Papers that prove claims, kept by their content in the folder beside the store."""
