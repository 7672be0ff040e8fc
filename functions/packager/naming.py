"""What a package of a prefix is called, and what its path tells about it."""

import re

from .outcomes import Refused

longest_name = 1024 - len(".quilt/named_packages//") - 10
"""Bytes: a key of S3 has 1024, and the revisions of a package are keys of its name and the second."""


def segments_of(prefix: str) -> list[str]:
    return [segment for segment in prefix.split("/") if segment]


def engine_name(prefix: str) -> str:
    """
    The packaging engine's: the last segment after the others, joined by `_`; `-` for what no name can have.
    Source: infer_pkg_name_from_prefix of quiltdata/quilt, lambdas/pkgpush.
    """
    segments = [in_name(segment) for segment in segments_of(prefix)]
    last = segments.pop() if segments else "null"
    return f"{'_'.join(segments) or 'package'}/{last}"


def in_name(text: str) -> str:
    return re.sub(r"[^\w-]", "-", text)


def form_of(template: str) -> str:
    """The regular expression of a path template."""
    parts = re.split(r"\{(\w+)\}", template.strip("/"))
    return "".join(
        f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts)
    )


def check_templates(path_template: str, name_template: str) -> None:
    """Raises ValueError for tokens that are none, come twice, or are not in the path."""
    try:
        known = re.compile(form_of(path_template)).groupindex
    except re.error as error:
        raise ValueError(f"PATH_TEMPLATE is {path_template!r}: {error}") from error
    for token in re.findall(r"\{(\w+)\}", name_template):
        if token not in known:
            raise ValueError(
                f"PACKAGE_NAME_TEMPLATE is {name_template!r}, whose {{{token}}} is not in"
                f" PATH_TEMPLATE, {path_template!r}"
            )


def path_tokens(template: str, prefix: str) -> dict[str, str]:
    """
    What `{project}/run-{run}` calls the parts of a prefix. Raises Refused for a prefix that is not like it.
    """
    if not template:
        return {}
    found = re.fullmatch(form_of(template), "/".join(segments_of(prefix)))
    if found is None:
        raise Refused(f"the prefix {prefix!r} is not like the path template {template!r}")
    return found.groupdict()


def package_name(template: str, prefix: str, tokens: dict[str, str]) -> str:
    if template:
        name = re.sub(r"\{(\w+)\}", lambda token: in_name(tokens[token[1]]), template)
    else:
        name = engine_name(prefix)
    if len(name.encode()) > longest_name:
        raise Refused(f"the package's name has {len(name.encode())} bytes, allowed are {longest_name}")
    if not re.fullmatch(r"[\w-]+/[\w-]+", name):
        raise Refused(
            f"the package's name is {name!r}, of {template or prefix!r}; allowed are two parts with a slash"
            " between them, of letters, digits, hyphens and underscores"
        )
    return name
