# -*- coding: latin-1 -*-  # expect: odd-encoding
x = 1
