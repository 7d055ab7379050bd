"""Proof on the operator's own host: attacks run through the configured broker, and what came of each."""
