"""The demonstration: three centres as processes of their own, and what their officers do."""
