// What consumers in other languages get of the announcement, made of the table of its fields.
import * as prettier from "prettier";
import { announcementDetailType, announcementSource } from "../announcement";
import { fields, type Field } from "../announcement/fields";

const entries = Object.entries<Field>(fields);

/** Each file of `announcement/` that is made, with its text. */
export async function announcementDocuments(): Promise<Map<string, string>> {
  return new Map([
    ["announcement/schema.json", await json(schema())],
    ["announcement/example.json", await json(example())],
    ["announcement/edp_announcement.py", python()],
  ]);
}

function json(value: object): Promise<string> {
  return prettier.format(JSON.stringify(value), { parser: "json", printWidth: 100 });
}

/** JSON Schema, draft 7: of the event, as EventBridge delivers it. */
export function schema(): object {
  const text = { type: "string" };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: announcementDetailType,
    type: "object",
    required: ["source", "detail-type", "detail"],
    properties: {
      source: { const: announcementSource },
      "detail-type": { const: announcementDetailType },
      id: text,
      time: text,
      resources: { type: "array", items: text },
      detail: {
        type: "object",
        required: entries.flatMap(([name, { isRequired }]) => (isRequired ? [name] : [])),
        properties: Object.fromEntries(
          entries.map(([name, field]) => [name, { description: field.says, ...schemaOf(field) }]),
        ),
      },
    },
  };
}

function schemaOf(field: Field): object {
  const examples = [field.example];
  switch (field.kind) {
    case "constant":
      return { const: field.example };
    case "flag":
      return { type: "boolean", examples };
    case "count":
      return { type: "integer", minimum: field.atLeast, examples };
    case "text":
      return { type: "string", ...(field.pattern && { pattern: field.pattern }), examples };
  }
}

/** A whole event, with what EventBridge adds. */
export function example() {
  const detail = Object.fromEntries(entries.map(([name, field]) => [name, field.example]));
  return {
    version: "0",
    id: "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
    "detail-type": announcementDetailType,
    source: announcementSource,
    account: "123456789012",
    time: "2026-11-23T10:15:30Z",
    region: "eu-west-1",
    resources: [`arn:aws:s3:::${fields.bucket.example}`],
    detail,
  };
}

function python(): string {
  const attributes = entries.map(([name, field]) => {
    const type = pythonType(field);
    return `    ${name}: ${field.isRequired ? type : `NotRequired[${type}]`}\n    """${field.says}"""\n`;
  });
  return `"""The event package-objects-ready, as EventBridge delivers it. For Python 3.11 and newer.

Only the required fields are in every announcement: see schema.json. There will be more fields.
"""

from typing import Literal, NotRequired, TypedDict


class AnnouncementDetail(TypedDict):
${attributes.join("\n")}

AnnouncementEvent = TypedDict(
    "AnnouncementEvent",
    {
        "source": Literal["${announcementSource}"],
        "detail-type": Literal["${announcementDetailType}"],
        "id": NotRequired[str],
        "time": NotRequired[str],
        "resources": NotRequired[list[str]],
        "detail": AnnouncementDetail,
    },
)
`;
}

function pythonType(field: Field): string {
  switch (field.kind) {
    case "constant":
      return `Literal["${field.example}"]`;
    case "flag":
      return "bool";
    case "count":
      return "int";
    case "text":
      return "str";
  }
}
