# coding: ascii  # expect: odd-encoding
NAME = "größe"
