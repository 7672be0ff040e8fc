import {
  announcementDetailType,
  announcementSource,
  type AnnouncementDetail,
  type AnnouncementEvent,
} from "./event";
import { fields, type Field } from "./fields";

/**
 * Whether an event, as EventBridge delivers it, is an announcement: of EDP Monitor, or of Quilt's own
 * service, which sends only the required fields. What is not known of it may be anything.
 */
export function isAnnouncement(event: unknown): event is AnnouncementEvent {
  return (
    isRecord(event) &&
    event["source"] === announcementSource &&
    event["detail-type"] === announcementDetailType &&
    isOptional(event["id"], isText) &&
    isOptional(event["time"], isText) &&
    isOptional(event["resources"], (value) => Array.isArray(value) && value.every(isText)) &&
    isAnnouncementDetail(event["detail"])
  );
}

/** The same for the detail by itself, as a rule's `InputPath` or a transformer hands it on. */
export function isAnnouncementDetail(detail: unknown): detail is AnnouncementDetail {
  return (
    isRecord(detail) &&
    Object.entries<Field>(fields).every(([name, field]) => {
      // Not one of the prototype: JSON has no undefined either.
      const value = Object.hasOwn(detail, name) ? detail[name] : undefined;
      return value === undefined ? !field.isRequired : isValue(field, value);
    })
  );
}

function isValue(field: Field, value: unknown): boolean {
  switch (field.kind) {
    case "constant":
      return value === field.example;
    case "flag":
      return typeof value === "boolean";
    case "count":
      return typeof value === "number" && Number.isInteger(value) && value >= field.atLeast;
    case "text":
      return isText(value) && (!field.pattern || new RegExp(field.pattern, "u").test(value));
  }
}

function isOptional(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || is(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
