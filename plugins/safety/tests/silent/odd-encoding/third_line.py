"""A text about # coding: latin-1."""
# coding: latin-1
# here nobody looks
x = 1
