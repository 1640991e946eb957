"""The register of AI systems, and the assessment of what they may do to people: scores, tiers, views."""
