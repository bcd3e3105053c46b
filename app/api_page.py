"""The API's description as one plain page: rendered here, so it works without script and without internet."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>API · {title}</title>
<style>
body {{ font: 16px/1.6 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
h1, h2, h3 {{ line-height: 1.25; scroll-margin-top: 1rem; }}
h2 {{ margin-top: 2.5rem; border-bottom: 1px solid; padding-bottom: .25rem; }}
h3 {{ font-size: 1rem; margin: 1.5rem 0 0; overflow-wrap: anywhere; }}
h3 b {{ display: inline-block; min-width: 4rem; }}
p {{ margin: .25rem 0; }}
code {{ font: .875rem/1.6 ui-monospace, monospace; }}
table {{ border-collapse: collapse; margin: .5rem 0; width: 100%; }}
caption {{ text-align: start; font-size: .875rem; }}
th, td {{ border: 1px solid; padding: .25rem .5rem; font-size: .875rem; text-align: start;
  vertical-align: top; }}
</style></head><body><main>
<h1>{title} {version}</h1>
<p>{summary}</p>
<p>The same for programs: <a href="/openapi.json">OpenAPI document</a>.</p>
<nav aria-label="Parts of the API"><ul>{contents}</ul></nav>
{parts}
</main></body></html>
"""


def render_api_page(document: Mapping[str, Any]) -> str:
    """Render an OpenAPI document: its operations by tag, each with its parameters, body and answers."""
    by_tag: dict[str, list[str]] = defaultdict(list)
    for path, method, operation in _operations(document):
        tag = (operation.get("tags") or ["other"])[0]
        by_tag[tag].append(_operation(document, path, method, operation))
    about = document["info"]
    return PAGE.format(
        title=escape(about["title"]),
        version=escape(about["version"]),
        summary=escape(about.get("summary", "")),
        contents="".join(f'<li><a href="#{escape(tag)}">{escape(tag)}</a></li>' for tag in by_tag),
        parts="\n".join(_part(tag, shown) for tag, shown in by_tag.items()),
    )


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def _part(tag: str, operations: list[str]) -> str:
    name, shown = escape(tag), "\n".join(operations)
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{name}</h2>\n{shown}</section>'


def _operation(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> str:
    summary = operation.get("description") or operation.get("summary", "")
    answers = ", ".join(sorted(operation.get("responses", {})))
    return (
        f"<article><h3><b>{method.upper()}</b> <code>{escape(path)}</code></h3><p>{escape(summary)}</p>"
        f"{_fields('Parameters', list(_parameters(operation)))}"
        f"{_fields('Body', list(_body(document, operation)))}"
        f"<p>Answers: {escape(answers)}</p></article>"
    )


Field = tuple[str, str, str]
"""Name, type and what is to know about it."""


def _fields(caption: str, fields: list[Field]) -> str:
    if not fields:
        return ""
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(kind)}</td><td>{escape(note)}</td></tr>"
        for name, kind, note in fields
    )
    head = "<tr><th>Name</th><th>Type</th><th>Notes</th></tr>"
    return f"<table><caption>{caption}</caption>{head}{rows}</table>"


def _parameters(operation: Mapping[str, Any]) -> Iterator[Field]:
    for parameter in operation.get("parameters", ()):
        place = f"in the {parameter['in']}{', required' if parameter.get('required') else ''}"
        note = ". ".join(part for part in (place, parameter.get("description", "")) if part)
        yield parameter["name"], _kind(parameter.get("schema", {})), note


def _body(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[Field]:
    """The fields of a JSON body; one that is not an object has a single row."""
    content = operation.get("requestBody", {}).get("content", {})
    for media in content.values():
        schema = _resolved(document, media.get("schema", {}))
        required = schema.get("required", ())
        for name, field in schema.get("properties", {}).items():
            note = ". ".join(
                part
                for part in ("required" if name in required else "", field.get("description", ""))
                if part
            )
            yield name, _kind(field), note
        if not schema.get("properties"):
            yield "body", _kind(schema), schema.get("description", "")


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference into the document's components."""
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Mapping[str, Any] = document.get("components", {}).get("schemas", {}).get(name, schema)
    return found


def _kind(schema: Mapping[str, Any]) -> str:
    """A schema's type in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(_kind(choice) for choice in choices))
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("const") or schema.get("type", "any"))
