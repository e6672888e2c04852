"""Matching addresses: keys, restricted fuzzy search, places along a road, and the comparison of two texts."""
