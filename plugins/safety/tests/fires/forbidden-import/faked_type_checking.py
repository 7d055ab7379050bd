TYPE_CHECKING = True

if TYPE_CHECKING:
    import os  # expect: forbidden-import
