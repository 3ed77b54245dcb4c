"""What the four stages share: HTTP with readable failures, the table of transactions, the small model."""
