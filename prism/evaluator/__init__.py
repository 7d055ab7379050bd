"""What runs inside the container: the supervisor, which measures, and the contestant, which runs the project's code.

This package imports nothing of the rest of PRISM, and nothing but the standard library outside the contestant: it is
copied into the image by itself.
"""
