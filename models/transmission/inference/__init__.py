"""What every family shares: errors, measured size, power, corrections for many tests."""
