"""What a person reads: terminal pieces, plots and the one-file HTML report."""
