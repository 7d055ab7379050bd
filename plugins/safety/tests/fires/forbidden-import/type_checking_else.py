from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import decimal
else:
    import os  # expect: forbidden-import
