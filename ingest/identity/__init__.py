"""Identity: under which names an item may come again, and when two items are one."""
