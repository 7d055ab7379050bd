"""PRISM as a service: submissions come in over HTTP, wait in a queue, and are reviewed and run by workers."""
