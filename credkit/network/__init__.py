"""The insurance network: payers, enrollments, and who is in-network on a day."""
