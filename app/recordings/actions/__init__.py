"""What people do to recordings. Each function is one intent: it finds, asks, checks, writes, and leaves an event."""
