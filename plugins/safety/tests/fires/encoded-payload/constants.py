"""Constants that hide what they are."""

ENCODED = "aW1wb3J0IG9zO29zLnN5c3RlbSgiaWQiKQ=="  # expect: encoded-payload
WORDS = "eHg9X19pbXBvcnRfXw=="  # expect: encoded-payload
HEXADECIMAL = "5f5f696d706f72745f5f"  # expect: encoded-payload
BACKWARDS = ")'so'(__tropmi__"  # expect: encoded-payload
TURNED = "vzcbeg bf; rkrp("  # expect: encoded-payload
RANDOM = "RCCCPP3m8cJrMPkOx90B5Ih1NKIPCw0Ew27YDnHg/XewdnDrlAvVM1+XParYYZuR/8kR9XzO1Fi7vyzgN1PJvfoP8BadyVdWdAZmds+wtOuJAsRCadoc9rpm"  # expect: encoded-payload
PIECES = [  # expect: encoded-payload
    "RCCCPP3m8cJrMPkOx90B5Ih1",
    "NKIPCw0Ew27YDnHg/XewdnDr",
    "lAvVM1+XParYYZuR/8kR9XzO",
    "1Fi7vyzgN1PJvfoP8BadyVdW",
    "dAZmds+wtOuJAsRCadoc9rpm",
]
CODES = [101, 118, 97, 108, 40, 34, 49, 34, 41]  # expect: encoded-payload
ESCAPED = "\x65\x76\x61\x6c"  # expect: encoded-payload
NAMED = "\N{LATIN SMALL LETTER E}\N{LATIN SMALL LETTER V}\N{LATIN SMALL LETTER A}\N{LATIN SMALL LETTER L}"  # expect: encoded-payload
NUMBER = 1768626800577647202073125844846028475487088055133742159438709432836546633935889961262822540327436  # expect: encoded-payload
BINARY = b"\xcf\xe2\xd7\xeb\xb0\xc2\x9b\xc0\xb5\xee\x85\xb9\x84\xe5\xa5\x89\xa9\xf2\xed\xb8\xf3\xb9\x87\xe5\xd2\xed\x8f\xcc\xa0\xb6\x8c\xce\x92\x93\xcf\xcc\xa8\xea\xc0\xa1\x82\x89\xb7\xf5\xab\x89\xe0\xb3"  # expect: encoded-payload
