"""Gateways to AWS: the one place that uses boto3, which is imported when a call first needs it.

Reading methods begin with find, list, read, sample, simulate or wait; writing ones with create,
execute, discard, delete, apply or put. All raise `panther_s3.problems.Problem` and nothing else.
"""
