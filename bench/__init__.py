"""Benchmark: each figure beside its floor, measured alternately in one run."""
