"""Which road, rail, barge and sea route emits least, within budget and deadline."""

__version__ = "0.1.0"
