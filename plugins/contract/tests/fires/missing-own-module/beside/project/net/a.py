import b  # expect: contract/missing-own-module
