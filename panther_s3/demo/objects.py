"""Log objects for the demo's buckets: small, real in form, and the same on every start."""

from __future__ import annotations

import gzip
import json

from panther_s3.demo.cast import CUSTOMER_ACCOUNT


def cloudtrail_log(day: int) -> tuple[str, bytes]:
    """Return key and body of a CloudTrail object: gzip JSON with a `Records` envelope."""
    key = (
        f"AWSLogs/{CUSTOMER_ACCOUNT}/CloudTrail/us-west-2/2026/03/{day:02}/"
        f"{CUSTOMER_ACCOUNT}_CloudTrail_us-west-2_202603{day:02}T0005Z_Ab3dEf6hIj9kLm2n.json.gz"
    )
    login = _event(day, 1) | {
        "eventTime": f"2026-03-{day:02}T00:01:02Z",
        "eventSource": "signin.amazonaws.com",
        "eventName": "ConsoleLogin",
        "eventType": "AwsConsoleSignIn",
        "readOnly": False,
        "requestParameters": None,
        "responseElements": {"ConsoleLogin": "Success"},
        "additionalEventData": {"MFAUsed": "Yes", "MobileVersion": "No"},
    }
    listing = _event(day, 2) | {
        "eventTime": f"2026-03-{day:02}T00:03:40Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListBuckets",
        "eventType": "AwsApiCall",
        "readOnly": True,
        "requestParameters": {"Host": "s3.us-west-2.amazonaws.com"},
        "responseElements": None,
    }
    return key, _gzip(json.dumps({"Records": [login, listing]}))


def _event(day: int, number: int) -> dict[str, object]:
    """Return what the events of one user have in common (AWS CloudTrail user guide, "Record contents")."""
    return {
        "eventVersion": "1.11",
        "eventID": f"0d5cf4e2-6a1b-4c3d-9e8f-2026030{day}000{number}",
        "eventCategory": "Management",
        "managementEvent": True,
        "awsRegion": "us-west-2",
        "recipientAccountId": CUSTOMER_ACCOUNT,
        "sourceIPAddress": "203.0.113.7",
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64)",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDACKCEVSQ6C2EXAMPLE",
            "arn": f"arn:aws:iam::{CUSTOMER_ACCOUNT}:user/alice",
            "accountId": CUSTOMER_ACCOUNT,
            "userName": "alice",
        },
    }


def flow_log(day: int) -> tuple[str, bytes]:
    """Return key and body of a VPC flow log object: gzip lines under a header."""
    key = (
        f"AWSLogs/{CUSTOMER_ACCOUNT}/vpcflowlogs/us-east-1/2026/03/{day:02}/"
        f"{CUSTOMER_ACCOUNT}_vpcflowlogs_us-east-1_fl-0a1b2c3d_202603{day:02}T0000Z_4f5e6d7c.log.gz"
    )
    lines = (
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes "
        "start end action log-status",
        f"2 {CUSTOMER_ACCOUNT} eni-0a1b2c3d 10.0.0.5 203.0.113.7 443 51544 6 12 4288 1772323200 1772323260 ACCEPT OK",
    )
    return key, _gzip("\n".join(lines) + "\n")


def app_log(day: int, prefix: str) -> tuple[str, bytes]:
    """Return key and body of an application's log object: a JSON array."""
    events = [{"time": f"2026-03-{day:02}T08:0{minute}:00Z", "level": "info", "user": "alice"} for minute in range(3)]
    return f"{prefix}2026/03/{day:02}/events.json", json.dumps(events).encode()


def _gzip(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)
