"""Memory: answers the rules' ports with SQLModel tables on SQLite or PostgreSQL; rows never leave it."""
