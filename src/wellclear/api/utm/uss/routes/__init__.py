"""What a USS serves: to peers, and to those who plan flights."""
