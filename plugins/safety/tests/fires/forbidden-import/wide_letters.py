import ｏｓ  # expect: forbidden-import, confusable-identifier
from ｓｙｓ import path  # expect: forbidden-import, confusable-identifier
import 𝘴𝘰𝘤𝘬𝘦𝘵  # expect: forbidden-import, confusable-identifier
