"""What is the database's own affair: its schema, its columns, its transactions."""
