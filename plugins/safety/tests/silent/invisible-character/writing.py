"""Persian می‌خواهم, a zero width​space in prose, a soft­hyphen."""

# a comment with a zero​width space and a no-break space
FAMILY = "👨‍👩‍👧"
HEART = "❤️‍🔥 ❤️"
WORD = "می‌خواهم"
ESCAPED = "\u200b\u202e\ufeff"
SPACE = "10 000"
