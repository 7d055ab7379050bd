from ...x import y  # expect: contract/import-outside-project
