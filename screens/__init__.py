"""The wizard's screens, one module a step: each takes its answers, and gives them back by `dismiss`."""
