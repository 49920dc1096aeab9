"""Statistical Functions: summaries, correlation, arithmetic on columns."""
