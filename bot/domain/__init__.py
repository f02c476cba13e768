"""The pure core: papers, filters, ranking, schedules and digests; no input or output."""
