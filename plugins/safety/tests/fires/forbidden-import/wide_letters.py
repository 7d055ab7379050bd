import ｏｓ  # expect: forbidden-import
from ｓｙｓ import path  # expect: forbidden-import
import 𝘴𝘰𝘤𝘬𝘦𝘵  # expect: forbidden-import
