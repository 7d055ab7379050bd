"""Review by a language model: an opinion about untrusted text, checked by code before it counts."""
