"""How small the benchmark's exports are in tests: a two-thousandth."""

SCALE = 0.0005
