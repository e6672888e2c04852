"""What the benchmarks make up by a seed."""
