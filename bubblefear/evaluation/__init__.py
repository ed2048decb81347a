"""Quality measured against coded files: sentiment, fear, extraction."""
