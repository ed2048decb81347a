"""What is fitted: neural scorer, fear index, transmission tests. Frames in, results out."""
