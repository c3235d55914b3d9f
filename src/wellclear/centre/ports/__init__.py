"""What a centre needs of the world outside; each port has adapters and one conformance suite."""
