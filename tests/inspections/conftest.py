"""Hypothesis without a stopwatch: machines that run the tests differ."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
