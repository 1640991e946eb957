"""What Clausewise does with what it knows: answers, checks, records."""
