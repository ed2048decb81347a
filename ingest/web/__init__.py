"""What goes over the wire: connections, requests, robots.txt, and only the public internet."""
