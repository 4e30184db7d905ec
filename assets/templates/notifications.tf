# The SNS topic that tells Panther of new objects in one S3 bucket, and its subscription to Panther's queue.
# The bucket itself is not touched: its event notification is added apart. Apply this in the bucket's region.

terraform {
  required_version = ">= 1.1.7"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.39.0"
    }
  }
}

# The defaults are the values given in the wizard; a module that uses this may override them.
variable "aws_partition" {
  type        = string
  description = "The partition of the bucket's account: aws, aws-us-gov or aws-cn"
  default     = ""
}

variable "aws_account_id" {
  type        = string
  description = "The AWS account that the bucket is in"
  default     = ""
}

variable "panther_aws_account_id" {
  type        = string
  description = "The AWS account that Panther runs in"
  default     = ""
}

variable "panther_region" {
  type        = string
  description = "The region that Panther runs in"
  default     = ""
}

variable "s3_bucket_name" {
  type        = string
  description = "The name of the bucket that publishes to the topic"
  default     = ""
}

variable "sns_topic_name" {
  type        = string
  description = "The name of the topic; S3 cannot use a FIFO topic"
  default     = "panther-notifications-topic"
}

variable "create_key" {
  type        = bool
  description = "Whether the topic is encrypted with a KMS key of its own"
  default     = true
}

# S3 cannot publish to a topic that is encrypted with AWS's own alias/aws/sns key: that key's policy
# cannot be changed to let S3 in.
resource "aws_kms_key" "topic" {
  count               = var.create_key ? 1 : 0
  description         = "Encrypts the topic ${var.sns_topic_name}"
  enable_key_rotation = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AccountManagesKey"
        Effect    = "Allow"
        Principal = { AWS = "arn:${var.aws_partition}:iam::${var.aws_account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "S3UsesKey"
        Effect    = "Allow"
        Principal = { Service = "s3.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = {
          StringEquals = { "aws:SourceAccount" = var.aws_account_id }
          ArnLike      = { "aws:SourceArn" = "arn:${var.aws_partition}:s3:::${var.s3_bucket_name}" }
        }
      }
    ]
  })
  tags = {
    "panther:app"        = "panther"
    "panther:created-by" = "panther-s3-wizard"
  }
}

resource "aws_kms_alias" "topic" {
  count         = var.create_key ? 1 : 0
  name          = "alias/${var.sns_topic_name}"
  target_key_id = aws_kms_key.topic[0].key_id
}

resource "aws_sns_topic" "notifications" {
  name              = var.sns_topic_name
  kms_master_key_id = var.create_key ? aws_kms_key.topic[0].arn : null
  tags = {
    "panther:app"        = "panther"
    "panther:created-by" = "panther-s3-wizard"
  }
}

# This bucket, in this account, may publish; Panther's account may subscribe its queue.
resource "aws_sns_topic_policy" "notifications" {
  arn = aws_sns_topic.notifications.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "S3PublishesEvents"
        Effect    = "Allow"
        Principal = { Service = "s3.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.notifications.arn
        Condition = {
          StringEquals = { "aws:SourceAccount" = var.aws_account_id }
          ArnLike      = { "aws:SourceArn" = "arn:${var.aws_partition}:s3:::${var.s3_bucket_name}" }
        }
      },
      {
        Sid       = "CrossAccountSubscription"
        Effect    = "Allow"
        Principal = { AWS = "arn:${var.aws_partition}:iam::${var.panther_aws_account_id}:root" }
        Action    = "sns:Subscribe"
        Resource  = aws_sns_topic.notifications.arn
      }
    ]
  })
}

# Panther confirms the subscription once it has a source for this account. It reads the SNS envelope:
# raw delivery would hide it.
resource "aws_sns_topic_subscription" "panther" {
  topic_arn            = aws_sns_topic.notifications.arn
  protocol             = "sqs"
  endpoint             = "arn:${var.aws_partition}:sqs:${var.panther_region}:${var.panther_aws_account_id}:panther-input-data-notifications-queue"
  raw_message_delivery = false
  depends_on           = [aws_sns_topic_policy.notifications]
}

output "sns_topic_arn" {
  description = "The topic to choose in the bucket's event notification"
  value       = aws_sns_topic.notifications.arn
}
