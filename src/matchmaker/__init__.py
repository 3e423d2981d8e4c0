"""Match mentors and mentees: the best pairing for everyone, with a proof."""
