"""Tables of the register of AI systems and their assessments."""
