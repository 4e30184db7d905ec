"""Onboarding of an S3 bucket to Panther: no Textual, no prompts; boto3 only in `panther_s3.aws`."""
