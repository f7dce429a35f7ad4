"""The benchmark: each figure beside its floor, measured in the same run, in turns."""
