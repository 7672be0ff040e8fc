"""What a package of a prefix is called, and what its path tells about it."""

import re

from .outcomes import Refused


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


def path_tokens(template: str, prefix: str) -> dict[str, str]:
    """
    What `{project}/run-{run}` calls the parts of a prefix. Raises Refused for a prefix that is not like it.
    """
    if not template:
        return {}
    parts = re.split(r"\{(\w+)\}", template.strip("/"))
    form = "".join(
        f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts)
    )
    found = re.fullmatch(form, "/".join(segments_of(prefix)))
    if found is None:
        raise Refused(f"the prefix {prefix!r} is not like the path template {template!r}")
    return found.groupdict()


def package_name(template: str, prefix: str, tokens: dict[str, str]) -> str:
    if not template:
        return engine_name(prefix)
    name = re.sub(r"\{(\w+)\}", lambda token: in_name(tokens[token[1]]), template)
    if not re.fullmatch(r"[\w-]+/[\w-]+", name):
        raise Refused(
            f"the package's name is {name!r}, of {template!r}; allowed are two parts with a slash"
            " between them, of letters, digits, hyphens and underscores"
        )
    return name
