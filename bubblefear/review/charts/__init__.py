"""Charts of the pages: drawn on the server where a line suffices, else by Vega in the browser."""
