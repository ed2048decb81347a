"""What a person says of an article: who may write, and how it is written."""
