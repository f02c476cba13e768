"""Numbers for whoever watches the process, in Prometheus' text form: bounded labels, nothing of a channel or a person."""
