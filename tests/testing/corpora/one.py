x = 1
bad  # expect: bad-name
