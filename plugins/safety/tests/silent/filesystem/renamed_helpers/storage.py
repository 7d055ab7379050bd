"""Where weights are kept."""

from writing import write
