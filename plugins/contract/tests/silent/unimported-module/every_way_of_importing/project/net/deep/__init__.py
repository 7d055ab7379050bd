from ..j import X
