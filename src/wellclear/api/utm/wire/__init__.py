"""Bodies of the interface (astm-f3548-21-utm.yaml 1.0.0), as strict structs.

Unknown members are ignored, and an optional member may be null: the interface says both. Everything else is strict.
"""
