"""The use cases: what Paperround does, in terms of ports."""
