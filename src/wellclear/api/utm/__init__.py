"""ASTM F3548-21: drone operators' systems coordinate through a centre, or through this service alone.

All that knows the standard is in this package, above the mechanism: nothing below `wellclear.api` depends on it.

    wire    the bodies of requests and answers, as the interface defines them
    tokens  who calls, and what the caller may do
    dss     the discovery and synchronisation service
"""
