"""The operations of `/dss/v1` over HTTP."""
