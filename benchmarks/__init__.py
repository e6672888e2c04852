"""Every published number and the command that measures it; see docs/measured.md."""
