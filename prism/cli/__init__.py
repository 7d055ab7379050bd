"""The command line: a module a command parses and calls, and :mod:`prism.cli.rendering` alone prints."""
