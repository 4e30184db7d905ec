"""Puts a scene into the embedded AWS, as far as that can hold it, with the account's root keys."""

from __future__ import annotations

import itertools
import json
from typing import Any

import boto3

from panther_s3.aws.buckets import Encryption
from tests.buckets import make_bucket
from tests.catalogue.scene import ACCOUNT, Document, Scene, healthy_scene

_number = itertools.count(1)


class Seeder:
    """Makes keys, and whatever else a scene holds, under names of its own."""

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint, self._clients = endpoint_url, dict[tuple[str, str], Any]()

    def scene(self, region: str) -> Scene:
        """Return a healthy scene with a name of its own and keys that the embedded AWS has."""
        name = f"catalogue-{next(_number)}"
        return healthy_scene(name, region, key_arn=lambda _, place: self._key(place))

    def put(self, scene: Scene) -> None:
        """Make all of `scene`."""
        self._put_keys(scene)
        if scene.bucket:
            self._put_bucket(scene)
        if scene.role:
            self._put_role(scene)
        if scene.topic:
            self._put_topic(scene)

    def _client(self, service: str, region: str) -> Any:
        if (service, region) not in self._clients:
            self._clients[service, region] = boto3.client(  # type: ignore[call-overload]
                service,
                region_name=region,
                endpoint_url=self._endpoint,
                aws_access_key_id=ACCOUNT,
                aws_secret_access_key="root",
            )
        return self._clients[service, region]

    def _key(self, region: str) -> str:
        arn: str = self._client("kms", region).create_key()["KeyMetadata"]["Arn"]
        return arn

    def _put_keys(self, scene: Scene) -> None:
        kms = self._client("kms", scene.region)
        for key in scene.keys.values():
            kms.put_key_policy(KeyId=key.arn, PolicyName="default", Policy=json.dumps(key.policy))
            for grant in key.grants:
                kms.create_grant(
                    KeyId=key.arn, GranteePrincipal=grant["GranteePrincipal"], Operations=grant["Operations"]
                )
            if key.state == "Disabled":
                kms.disable_key(KeyId=key.arn)
            if key.state == "PendingDeletion":
                kms.schedule_key_deletion(KeyId=key.arn, PendingWindowInDays=7)

    def _put_bucket(self, scene: Scene) -> None:
        s3, name = self._client("s3", scene.region), scene.name
        make_bucket(s3, name, scene.region)
        default = {"SSEAlgorithm": "AES256"}
        if scene.encryption is Encryption.CUSTOMER_KEY:
            default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": scene.keys[scene.default_key].arn}
        rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": scene.bucket_key}
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
        for each in scene.objects:
            how = {"ServerSideEncryption": each.encryption, "StorageClass": each.storage_class}
            if each.kms_key_arn:
                how["SSEKMSKeyId"] = each.kms_key_arn
            s3.put_object(Bucket=name, Key=each.key, Body=b"{}", **how)
        if scene.bucket_policy:
            s3.put_bucket_policy(Bucket=name, Policy=json.dumps(scene.bucket_policy))
        if scene.requester_pays:
            s3.put_bucket_request_payment(Bucket=name, RequestPaymentConfiguration={"Payer": "Requester"})
        s3.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration=scene.notifications, SkipDestinationValidation=True
        )

    def _put_role(self, scene: Scene) -> None:
        iam, name = self._client("iam", "us-east-1"), scene.role_name
        more: dict[str, Any] = {"Tags": [{"Key": key, "Value": value} for key, value in scene.role_tags.items()]}
        if scene.boundary:
            more["PermissionsBoundary"] = self._managed_policy(f"{scene.name}-limit", scene.boundary)
        iam.create_role(RoleName=name, Path=scene.role_path, AssumeRolePolicyDocument=json.dumps(scene.trust), **more)
        for title, document in scene.policies.items():
            iam.put_role_policy(RoleName=name, PolicyName=title, PolicyDocument=json.dumps(document))
        for title, document in scene.attached.items():
            iam.attach_role_policy(RoleName=name, PolicyArn=self._managed_policy(title, document))

    def _managed_policy(self, name: str, document: Document) -> str:
        made = self._client("iam", "us-east-1").create_policy(PolicyName=name, PolicyDocument=json.dumps(document))
        arn: str = made["Policy"]["Arn"]
        return arn

    def _put_topic(self, scene: Scene) -> None:
        sns = self._client("sns", scene.topic_arn.split(":")[3])
        name = scene.topic_arn.rsplit(":", 1)[1]
        attributes = {"FifoTopic": "true"} if name.endswith(".fifo") else {}
        arn = sns.create_topic(Name=name, Attributes=attributes)["TopicArn"]
        assert arn == scene.topic_arn
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(scene.topic_policy))
        if scene.topic_key:
            key = scene.keys[scene.topic_key].arn if scene.topic_key in scene.keys else scene.topic_key
            sns.set_topic_attributes(
                TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue=scene.topic_key_id or key
            )
        for each in scene.subscriptions or ():
            attributes = {"RawMessageDelivery": "true"} if each.raw_delivery else {}
            if each.filter_policy:
                attributes["FilterPolicy"] = each.filter_policy
            sns.subscribe(TopicArn=arn, Protocol=each.protocol, Endpoint=each.endpoint, Attributes=attributes)
