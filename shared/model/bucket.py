"""S3 buckets."""

from dataclasses import dataclass

from shared.model.duration import days


@dataclass(frozen=True, slots=True)
class Bucket:
    """A private, versioned, encrypted bucket that only TLS reaches and that empties itself on destroy.

    `expiration` is seconds, of whole days: after it objects, old versions and broken multipart uploads are gone.
    """

    name: str
    expiration: int = days(30)

    @property
    def expiration_days(self) -> int:
        return self.expiration // days(1)


@dataclass(frozen=True, slots=True)
class Objects:
    """The objects of a bucket whose keys begin with the prefix; all where it is empty."""

    bucket: Bucket
    prefix: str = ""

    @property
    def name(self) -> str:
        return f"{self.bucket.name}-{self.prefix.strip('/')}".rstrip("-")
