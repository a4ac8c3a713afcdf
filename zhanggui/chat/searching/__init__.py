"""Finding what was said, who said it and what was bought: two characters are enough, on both databases."""
