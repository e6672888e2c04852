"""See docs/why.md for what belongs in this room."""
