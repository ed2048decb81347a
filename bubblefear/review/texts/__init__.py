"""An article's text as its page shows it: sentences shaded, wording marked, the sum told."""
