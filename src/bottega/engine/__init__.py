"""Running things: today one script, outside a graph."""
