"""A source with all that hangs on it in AWS, healthy at first: an entry of the catalogue changes something of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from panther_s3.answers import Answers, CallerIdentity
from panther_s3.aws.buckets import BucketFacts, Encryption
from panther_s3.aws.keys import KeyFacts
from panther_s3.aws.object_records import ObjectFacts, PrefixSample
from panther_s3.aws.roles import Role, RolePolicy
from panther_s3.aws.topic_records import Subscription, Topic
from panther_s3.checks.readings import KeyReading, Readings, SimulatedDecision
from panther_s3.notifications import wanted_rules
from panther_s3.panther import DEFAULT_TOPIC, PantherDeployment
from panther_s3.partitions import partition_of
from panther_s3.policies import role_policy, topic_key_statement, topic_policy, trust_policy
from panther_s3.problems import Denial, Problem, ProblemKind
from panther_s3.source import PrefixLogTypes, S3Source

ACCOUNT, OTHER_ACCOUNT, PANTHER_ACCOUNT = "111122223333", "444455556666", "999988887777"
OWNER = "0123456789abcdef" * 4
Document = dict[str, Any]


@dataclass
class Key:
    """A KMS key."""

    arn: str
    policy: Any
    state: str = "Enabled"
    manager: str = "CUSTOMER"
    grants: Any = ()
    problem: Problem | None = None
    """Why DescribeKey tells nothing."""

    def reading(self) -> KeyReading:
        facts = KeyFacts(
            self.arn, self.state, self.state == "Enabled", self.manager, "ENCRYPT_DECRYPT", self.arn.split(":")[4]
        )
        return KeyReading(self.problem or facts, self.policy, self.grants)


@dataclass
class Scene:
    """What AWS holds. Documents are plain and may be changed in place, or replaced by a Problem."""

    name: str
    source: S3Source
    panther: PantherDeployment
    region: str
    """Where the bucket is."""
    keys: dict[str, Key]
    trust: Document
    policies: dict[str, Document]
    topic_policy: Document
    notifications: Any
    operator_region: str = ""
    role: Problem | bool = True
    """False where there is no such role."""
    role_path: str = "/"
    role_id: str = "AROAPANTHERROLE00000"
    role_account: str = ACCOUNT
    role_tags: dict[str, str] = field(default_factory=dict)
    attached: dict[str, Document] = field(default_factory=dict)
    boundary: Any = None
    unread_policies: tuple[Problem, ...] = ()
    bucket: Problem | bool = True
    """False where there is no such bucket."""
    owned: bool | None = True
    encryption: Encryption = Encryption.CUSTOMER_KEY
    default_key: str = "logs"
    bucket_key: bool = False
    requester_pays: bool = False
    ownership: str = "BucketOwnerEnforced"
    bucket_policy: Any = None
    unread_bucket: tuple[Problem, ...] = ()
    objects: tuple[ObjectFacts, ...] = ()
    unlisted: Problem | None = None
    topic: Problem | bool = True
    topic_arn: str = ""
    topic_key: str = ""
    """The topic's key: the name of one of `keys`, or KMS's own name for it."""
    topic_key_id: str = ""
    """How the topic names it, where not by its ARN."""
    subscriptions: Any = ()
    simulation: Any = None

    @property
    def bucket_arn(self) -> str:
        return f"arn:{self.partition}:s3:::{self.name}"

    @property
    def partition(self) -> str:
        return partition_of(self.region).name

    @property
    def role_name(self) -> str:
        return f"PantherLogProcessingRole-{self.name}"

    @property
    def role_arn(self) -> str:
        return f"arn:{self.partition}:iam::{self.role_account}:role{self.role_path}{self.role_name}"

    @property
    def account_root(self) -> str:
        return f"arn:{self.partition}:iam::{ACCOUNT}:root"

    @property
    def panther_root(self) -> str:
        return self.panther.root_arn

    @property
    def trusted(self) -> Document:
        """The one statement of the trust policy."""
        return self.trust["Statement"][0]

    @property
    def rules(self) -> list[Document]:
        return self.notifications["TopicConfigurations"]

    def change(self, **fields: Any) -> None:
        """Change what the source says."""
        self.source = replace(self.source, **fields)

    def prefixes(self, *prefixes: str) -> None:
        """Let the source have these prefixes; rules and objects follow."""
        self.change(prefix_log_types=tuple(PrefixLogTypes(prefix, ("AWS.CloudTrail",)) for prefix in prefixes))
        self.notifications = {"TopicConfigurations": wanted_rules(self.source, self.topic_arn)}
        one = self.objects[0]
        self.objects = tuple(replace(one, key=f"{prefix}2026/log.json.gz") for prefix in prefixes)

    def statement(self, sid: str) -> Document:
        """The statement of the role's own policy."""
        return next(each for each in self.policies["ReadData"]["Statement"] if each["Sid"] == sid)

    def decrypt_for(self, *keys: str) -> None:
        """Let the role decrypt only in the encryption context of objects like `keys`; "" stands for the bucket's."""
        contexts = [f"{self.bucket_arn}/{each}" if each else self.bucket_arn for each in keys]
        self.statement("DecryptObjects")["Action"] = "kms:DescribeKey"
        condition = {"StringLike": {"kms:EncryptionContext:aws:s3:arn": contexts}}
        self.policies["Decrypt"] = policy({**allow("kms:Decrypt", self.keys["logs"].arn), "Condition": condition})

    def on_bucket(self, *statements: Document) -> None:
        """Put statements into the bucket's policy."""
        self.bucket_policy = policy(*statements)

    def unencrypted(self, kind: Encryption = Encryption.SSE_S3) -> None:
        """Have no KMS key anywhere."""
        self.encryption, self.default_key = kind, ""
        self.objects = tuple(replace(each, encryption="AES256", kms_key_arn="") for each in self.objects)
        self.change(kms_key_arn="")

    def encrypted_topic(self) -> Key:
        """Encrypt the topic with a key whose policy lets S3 in, and return the key."""
        self.topic_key = "topic"
        key = self.keys["topic"]
        key.policy["Statement"].append(topic_key_statement(self.source, partition_of(self.region)))
        return key

    def managed(self) -> None:
        """Have Panther manage the notifications, and the role allowed to; there is nothing of it yet."""
        self.change(panther_managed_bucket_notifications_enabled=True)
        self.policies["ReadData"] = role_policy(self.source, partition_of(self.region))
        self.notifications, self.topic, self.subscriptions = {}, False, None

    def answers(self) -> Answers:
        source = replace(self.source, log_processing_role_arn=self.source.log_processing_role_arn or self.role_arn)
        region = self.operator_region or self.region
        identity = CallerIdentity(ACCOUNT, f"arn:{self.partition}:iam::{ACCOUNT}:user/operator")
        return Answers(region=region, identity=identity, panther=self.panther, source=source)

    def readings(self) -> Readings:
        """What reading all of it would give."""
        return Readings(
            role=self._role(),
            simulation=self.simulation,
            bucket=self._bucket(),
            bucket_policy=self.bucket_policy,
            notifications=self.notifications,
            samples=tuple(self._sample(row.prefix) for row in self.source.prefix_log_types),
            keys=self._keys(),
            topic=self._topic(),
            subscriptions=self.subscriptions,
        )

    def _role(self) -> Role | Problem | None:
        if self.role is not True:
            return self.role or None
        inline = [RolePolicy(name, document) for name, document in self.policies.items()]
        attached = [
            RolePolicy(name, document, f"arn:{self.partition}:iam::{ACCOUNT}:policy/{name}")
            for name, document in self.attached.items()
        ]
        limit = f"arn:{self.partition}:iam::{ACCOUNT}:policy/limit" if self.boundary is not None else ""
        return Role(
            self.role_name, self.role_arn, self.role_path, self.trust, limit, self.role_tags, (*inline, *attached),
            self.unread_policies, self.boundary, id=self.role_id,
        )  # fmt: skip

    def _bucket(self) -> BucketFacts | Problem:
        if self.bucket is not True:
            return self.bucket or Problem("There is no such bucket", "NoSuchBucket", kind=ProblemKind.NOT_FOUND)
        key = self.keys[self.default_key].arn if self.default_key else ""
        return BucketFacts(
            self.name, self.region, self.owned, self.encryption, key, self.bucket_key, self.unread_bucket,
            self.ownership, self.requester_pays, OWNER,
        )  # fmt: skip

    def _sample(self, prefix: str) -> PrefixSample:
        found = () if self.unlisted else tuple(each for each in self.objects if each.key.startswith(prefix))
        return PrefixSample(prefix, found, self.unlisted, whole=True)

    def _keys(self) -> dict[str, KeyReading]:
        by_arn = {key.arn: key for key in self.keys.values()}
        names = {self.source.kms_key_arn, *(each.kms_key_arn for each in self.objects)}
        names |= {self.keys[self.default_key].arn} if self.default_key else set()
        found = {name: by_arn[name].reading() for name in names if name in by_arn}
        if self.topic_key in self.keys:
            key = self.keys[self.topic_key]
            found[self.topic_key_id or key.arn] = key.reading()
        alias = self.source.kms_key_arn
        if alias and "alias/" in alias:
            found[alias] = self.keys["logs"].reading()
        return found

    def _topic(self) -> Topic | Problem | None:
        if self.topic is not True:
            return self.topic or None
        key = self.keys[self.topic_key].arn if self.topic_key in self.keys else self.topic_key
        return Topic(self.topic_arn, self.topic_policy, self.topic_key_id or key, fifo=self.topic_arn.endswith(".fifo"))


def made_up_key(name: str, region: str) -> str:
    """The ARN of a key that is nowhere."""
    digit = {"logs": "1", "other": "2", "topic": "3"}[name]
    return f"arn:{partition_of(region).name}:kms:{region}:{ACCOUNT}:key/{digit * 8}-2222-3333-4444-555555555555"


def healthy_scene(
    name: str = "acme-logs",
    region: str = "us-west-2",
    *,
    key_arn: Callable[[str, str], str] = made_up_key,
    panther_region: str = "",
) -> Scene:
    """Return a source in whose way nothing stands: a bucket with a key of its own, and a topic."""
    partition = partition_of(region)
    panther = PantherDeployment(PANTHER_ACCOUNT, panther_region or region)
    keys = {each: Key(key_arn(each, region), root_delegation(partition.name)) for each in ("logs", "other", "topic")}
    topic = f"arn:{partition.name}:sns:{region}:{ACCOUNT}:{DEFAULT_TOPIC}-{name}"
    source = S3Source(
        name,
        ACCOUNT,
        name,
        keys["logs"].arn,
        prefix_log_types=(PrefixLogTypes("AWSLogs/", ("AWS.CloudTrail",)),),
        topic_arn=topic,
    )
    stored = ObjectFacts(
        "AWSLogs/2026/log.json.gz", 10, encryption="aws:kms", kms_key_arn=keys["logs"].arn, owner_id=OWNER
    )
    return Scene(
        name=name,
        source=source,
        panther=panther,
        region=region,
        keys=keys,
        trust=trust_policy(panther),
        policies={"ReadData": role_policy(source, partition)},
        topic_policy=topic_policy(topic, source, panther, partition),
        notifications={"TopicConfigurations": wanted_rules(source, topic)},
        objects=(stored,),
        topic_arn=topic,
        subscriptions=(Subscription(f"{topic}:5f2c", "sqs", panther.queue_arn, raw_delivery=False),),
    )


def policy(*statements: Document) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str | list[str], resource: str | list[str], **more: Any) -> Document:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str], **more: Any) -> Document:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def root_delegation(partition: str = "aws", account: str = ACCOUNT) -> Document:
    """A key policy as KMS makes it: the account's own policies decide."""
    who = {"AWS": f"arn:{partition}:iam::{account}:root"}
    return policy({"Sid": "EnableIAM", **allow("kms:*", "*"), "Principal": who})


def refused(action: str) -> Problem:
    """What a gateway makes of an AccessDenied."""
    return Problem(
        "AWS refused", f"User is not authorized to perform: {action}", "Ask for the permission.",
        ProblemKind.ACCESS_DENIED, denial=Denial(action=action),
    )  # fmt: skip


def throttled() -> Problem:
    return Problem("AWS asks to slow down", "Rate exceeded", "Retry.", ProblemKind.THROTTLED)


def not_found(text: str) -> Problem:
    return Problem("There is no such thing", text, "", ProblemKind.NOT_FOUND)


def simulated(action: str, resource: str, decision: str, **more: Any) -> SimulatedDecision:
    return SimulatedDecision(action, resource, decision, **more)


def without(statements: Iterable[Document], sid: str) -> list[Document]:
    return [each for each in statements if each.get("Sid") != sid]
