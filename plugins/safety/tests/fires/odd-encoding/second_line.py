#!/usr/bin/env python
# vim: set fileencoding=utf-7 :  # expect: odd-encoding
x = 1
