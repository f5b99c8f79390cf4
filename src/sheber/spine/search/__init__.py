"""Finding people and things by words: an index of their texts that follows every write, and asks who may see what."""
