"""The questions of GraphQL: fields of Panther's public schema as of 1.72, and nothing that came later.

What came later, such as the newer options of a stream type, is read by REST.
"""

from __future__ import annotations

SOURCES = """
query Sources($input: SourcesInput) {
  sources(input: $input) {
    edges {
      node {
        integrationId
        integrationLabel
        integrationType
        isHealthy
        lastEventReceivedAtTime
        lastEventProcessedAtTime
        ... on S3LogIntegration {
          awsAccountId
          s3Bucket
          kmsKey
          logProcessingRole
          logStreamType
          managedBucketNotifications
          s3PrefixLogTypes { prefix logTypes excludedPrefixes }
        }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
SOURCE_HEALTH = """
query Source($id: ID!) {
  source(id: $id) {
    integrationId
    isHealthy
    lastEventReceivedAtTime
    lastEventProcessedAtTime
  }
}
"""
SCHEMAS = """
query Schemas($input: SchemasInput!) {
  schemas(input: $input) {
    edges { node { name } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
