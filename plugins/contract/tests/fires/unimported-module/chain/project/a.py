import b

X = b
