"""Gap: a range of a version is read as a range."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.emulator.cloud import Cloud


def version_of(cloud: Cloud, bucket: str) -> dict[str, Any]:
    """Which old version to get, in a new bucket with versions."""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=bucket, Key="a", Body=b"0123456789")["VersionId"]
    s3.put_object(Bucket=bucket, Key="a", Body=b"the latest")
    return {"Bucket": bucket, "Key": "a", "VersionId": version}


@pytest.mark.parametrize(("said", "part", "told"), [("2-3", b"23", "2-3/10"), ("7-", b"789", "7-9/10")])
def test_a_range_of_an_old_version_is_just_that(cloud: Cloud, said: str, part: bytes, told: str) -> None:
    answer = cloud.client("s3").get_object(**version_of(cloud, f"ranges-{said}a"), Range=f"bytes={said}")
    assert (answer["Body"].read(), answer["ContentRange"]) == (part, f"bytes {told}")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206


def test_a_range_beyond_its_end_is_refused(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="InvalidRange"):
        cloud.client("s3").get_object(**version_of(cloud, "ranges-beyond"), Range="bytes=10-")


def test_without_a_range_the_whole_is_answered(cloud: Cloud) -> None:
    answer = cloud.client("s3").get_object(**version_of(cloud, "ranges-whole"))
    assert answer["Body"].read() == b"0123456789"


def test_the_emulator_itself_answers_the_whole(plain_cloud: Cloud) -> None:
    answer = plain_cloud.client("s3").get_object(**version_of(plain_cloud, "ranges-plain"), Range="bytes=2-3")
    assert answer["Body"].read() == b"0123456789"
