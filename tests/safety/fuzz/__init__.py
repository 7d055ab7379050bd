"""Fuzzing of the guarded review: random programs and broken attacks, none of which may crash, stall or blind it."""
