"""Who and what is in the demo: accounts, profiles and buckets, the same on every start."""

from __future__ import annotations

CUSTOMER_ACCOUNT = "111122223333"
ACCOUNT_ALIAS = "acme-logging"
OPERATOR, READONLY = "operator", "readonly"
"""The customer's IAM users: one may do everything, the other may only look."""
OPERATOR_PROFILE, READONLY_PROFILE = "default", "readonly"
"""The AWS profiles that hold their keys."""

PANTHER_ACCOUNT = "999988887777"
PANTHER_REGION = "us-west-2"

EVENTS_TOPIC, ORDERS_TOPIC = "acme-security-events", "acme-orders.fifo"
"""Topics that are there already: a standard one with the policy that SNS gives by default, and a FIFO one."""

CLOUDTRAIL = "acme-cloudtrail"
VPC_FLOW = "acme-vpc-flow"
KMS_LOGS = "acme-kms-logs"
APP_LOGS = "acme-app-logs"
LOCKED = "acme-locked"
EMPTY = "acme-empty"
REGION_OF = {
    CLOUDTRAIL: "us-west-2",
    VPC_FLOW: "us-east-1",
    KMS_LOGS: "us-west-2",
    APP_LOGS: "us-west-2",
    LOCKED: "us-west-2",
    EMPTY: "us-west-2",
}
