// What Datasette's table.js reads, and Datasette's template would set in an inline script.
var DATASETTE_ALLOW_FACET = true;
