"""The log as others see it: checkpoints, the witnesses' cosignatures, and what proves a lie."""
