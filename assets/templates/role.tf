# The IAM role through which Panther reads one S3 bucket. Nothing else is made.

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

variable "role_suffix" {
  type        = string
  description = "The end of the role's name, after PantherLogProcessingRole-"
  default     = ""
}

variable "s3_bucket_name" {
  type        = string
  description = "The name of the bucket that holds the logs"
  default     = ""
}

variable "kms_key_arn" {
  type        = string
  description = "The ARN of the KMS key that objects are encrypted with; empty for SSE-S3"
  default     = ""
}

variable "managed_bucket_notifications_enabled" {
  type        = bool
  description = "Whether Panther sets up the bucket's notifications itself"
  default     = false
}

# Who may assume the role: Panther's account, and only over TLS. Panther sends no ExternalId.
resource "aws_iam_role" "log_processing" {
  name                 = "PantherLogProcessingRole-${var.role_suffix}"
  description          = "Panther reads the logs of an S3 bucket through this role"
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "PantherAssumesRole"
        Effect    = "Allow"
        Principal = { AWS = "arn:${var.aws_partition}:iam::${var.panther_aws_account_id}:root" }
        Action    = "sts:AssumeRole"
        Condition = { Bool = { "aws:SecureTransport" = "true" } }
      }
    ]
  })
  tags = {
    "panther:app"        = "panther"
    "panther:created-by" = "panther-s3-wizard"
  }
}

# Panther looks up the bucket's region, lists the bucket for its health check, and reads objects.
resource "aws_iam_role_policy" "read_data" {
  name = "ReadData"
  role = aws_iam_role.log_processing.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "FindAndListBucket"
        Effect   = "Allow"
        Action   = ["s3:GetBucketLocation", "s3:ListBucket"]
        Resource = "arn:${var.aws_partition}:s3:::${var.s3_bucket_name}"
      },
      {
        Sid      = "ReadObjects"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "arn:${var.aws_partition}:s3:::${var.s3_bucket_name}/*"
      }
    ]
  })
}

# Only with a KMS key: decrypt what S3 encrypted with it.
resource "aws_iam_role_policy" "decrypt_data" {
  count = var.kms_key_arn == "" ? 0 : 1
  name  = "DecryptData"
  role  = aws_iam_role.log_processing.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "DecryptObjects"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:DescribeKey"]
        Resource = var.kms_key_arn
      }
    ]
  })
}

# Only if Panther manages the notifications: its own topic, and its own rules on the bucket.
resource "aws_iam_role_policy" "manage_notifications" {
  count = var.managed_bucket_notifications_enabled ? 1 : 0
  name  = "ManageNotifications"
  role  = aws_iam_role.log_processing.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ManagePantherTopic"
        Effect   = "Allow"
        Action   = "sns:*"
        Resource = "arn:${var.aws_partition}:sns:*:${var.aws_account_id}:panther-notifications-topic"
      },
      {
        Sid      = "ManageBucketNotifications"
        Effect   = "Allow"
        Action   = ["s3:GetBucketNotification", "s3:PutBucketNotification"]
        Resource = "arn:${var.aws_partition}:s3:::${var.s3_bucket_name}"
      }
    ]
  })
}

output "role_arn" {
  description = "The ARN to enter in Panther as Role ARN"
  value       = aws_iam_role.log_processing.arn
}
