"""The language of IAM policies: documents, ARNs, and what AWS says of its actions."""
