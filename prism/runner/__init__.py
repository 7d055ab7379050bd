"""Runs approved projects in containers and brings back metrics and nothing else."""
