"""A bucket's packages: the newest revision, its workflows, and putting the next."""

from collections.abc import Callable
from typing import Any

import quilt3
from botocore.exceptions import ClientError
from quilt3.backends.s3 import S3PackageRegistryV1
from quilt3.util import PhysicalKey, QuiltException
from quilt3.workflows import WorkflowConfig

from .outcomes import Later, Refused


class Registry(S3PackageRegistryV1):
    """
    Quilt's, with one difference: what `Package.build` hands over is put only when it is new and nobody was
    faster. `Package.push` does so too, and lists every revision of every package afterwards, to print a
    short hash.
    """

    def __init__(self, client: Any, bucket: str, has_workflows: bool = True):
        super().__init__(PhysicalKey.from_url(f"s3://{bucket}"))
        self._client = client
        self._has_workflows = has_workflows
        self._expected: str | None = None
        self._before: Callable[[str], None] = lambda top_hash: None
        self.is_new = False

    def latest(self, name: str) -> str | None:
        """Top hash of the newest revision; None: there is no package of this name."""
        try:
            pointer = self._client.get_object(
                Bucket=self.base.bucket, Key=f".quilt/named_packages/{name}/latest"
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
        return pointer["Body"].read().decode().strip()

    def browse(self, name: str, top_hash: str) -> quilt3.Package:
        return quilt3.Package.browse(name, registry=self, top_hash=top_hash)

    def put(
        self,
        package: quilt3.Package,
        name: str,
        message: str,
        workflow: Any,
        expected: str | None,
        before: Callable[[str], None],
    ) -> str:
        """
        The package's top hash, whether or not it is new (`is_new`). `expected`: the newest revision that
        there may be; `before` is told the hash of a new one first. Raises WorkflowValidationError.
        """
        self._expected, self._before, self.is_new = expected, before, False
        return package.build(name, registry=self, message=message, workflow=workflow)

    def push_manifest(self, pkg_name: str, top_hash: str, manifest_data: bytes) -> Any:
        if top_hash == self._expected:
            return None
        self._before(top_hash)
        if self.latest(pkg_name) != self._expected:
            raise Later(f"somebody has put a revision of {pkg_name} meanwhile", 5)
        self.is_new = True
        return super().push_manifest(pkg_name, top_hash, manifest_data)

    def get_workflow_config(self) -> WorkflowConfig | None:
        return super().get_workflow_config() if self._has_workflows else None

    def metadata_schema(self, workflow: str) -> Any:
        """Of a workflow, or of the default one; None: none. Raises Refused for what is not configured."""
        try:
            config = self.get_workflow_config()
        except QuiltException as error:
            raise Refused(f"the workflows of {self.base.bucket}: {error}") from error
        if config is None:
            return None
        name = workflow or config.config.get("default_workflow")
        about = config.config["workflows"].get(name) if name else None
        if about is None or "metadata_schema" not in about:
            return None
        return self._schema(config, about["metadata_schema"])

    def _schema(self, config: WorkflowConfig, schema_id: str) -> Any:
        try:
            return config.make_validator_from_schema(schema_id).schema
        except QuiltException as error:
            raise Refused(f"the workflows of {self.base.bucket}: {error}") from error


def message_of(package: quilt3.Package) -> str | None:
    return next(iter(package.manifest)).get("message")
