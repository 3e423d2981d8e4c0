"""From points to the problem, and from the solution back to people: pairs, leftovers, certificate."""
