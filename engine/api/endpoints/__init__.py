"""What answers each route: it reads what comes in, calls a use case, and shapes what it gave."""
