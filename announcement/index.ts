export {
  announcementDetailType,
  announcementSource,
  type AnnouncementDetail,
  type AnnouncementEvent,
} from "./event";
export { isAnnouncement, isAnnouncementDetail } from "./is-announcement";
export { packageNameOf } from "./package-name";
export { prefixUriOf } from "./prefix-uri";
