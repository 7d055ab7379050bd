"""How reviews are written down: escaped for the medium, bounded, in the formats of PRISM and of plugins."""
