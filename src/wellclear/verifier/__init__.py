"""The standalone verifier of evidence. It depends on `wellclear.trust` alone: see docs/evidence-format.md."""
