"""Stories: reports of the same thing, found as they arrive."""
