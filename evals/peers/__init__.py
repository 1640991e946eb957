"""The product beside what a user would pick instead, on the same documents, weights and questions."""
