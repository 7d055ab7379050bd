"""The contract plugin: what a project must look like and define, so that an evaluation can use it."""
