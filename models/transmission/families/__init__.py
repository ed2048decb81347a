"""What is tested, one family of hypotheses a module: the common sample in, results out."""
