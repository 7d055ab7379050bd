"""What the service says of itself to those who watch it: numbers, and the way of each request and submission."""
