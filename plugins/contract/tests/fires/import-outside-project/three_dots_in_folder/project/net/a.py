from ... import b  # expect: contract/import-outside-project
