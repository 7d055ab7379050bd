import math

import torch

print("loaded")  # expect: top-level-code
x = 1
x += 1
table = {}
table["a"] = 1
for i in range(3):  # expect: top-level-code
    pass
while x < 1:  # expect: top-level-code
    x = 2
with torch.no_grad():  # expect: top-level-code
    y = 1
assert x  # expect: top-level-code
del y  # expect: top-level-code
torch.manual_seed(0)  # expect: top-level-code, global-seed
if x:
    print("now")  # expect: top-level-code
try:
    pass
finally:
    print("done")  # expect: top-level-code
match x:  # expect: top-level-code
    case 1:
        pass
if x > 100:
    raise ValueError(x)  # expect: top-level-code


class Config:
    pass


Config.size = 3
weights = torch.randn(3)  # expect: top-level-code
total = math.sqrt(2) + sum(print(i) or 0 for i in range(3))  # expect: top-level-code
values = [1, 2, {"k": print("hidden")}]  # expect: top-level-code
sizes = tuple(map(print, [1]))  # expect: top-level-code
first = (a := print("walrus"))  # expect: top-level-code
