"""The health checks: what has to hold for Panther to read the bucket, one module a subject.

Each check is pure over what was read; the reading is `panther_s3.aws.readings`.
"""
