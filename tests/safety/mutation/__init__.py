"""Rewrites attacks into other programs that mean the same, to see whether the review follows the meaning.

A mutant is made from a case of a corpus, a seed and nothing else: the same seed gives the same text.
"""
