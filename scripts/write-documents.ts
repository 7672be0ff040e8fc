// npm run docs:tables: what is written of the args and of the announcement, made anew of their tables.
import * as fs from "node:fs";
import * as path from "node:path";
import { announcementDocuments } from "./announcement-documents";
import { argDocuments } from "./arg-documents";

void (async () => {
  for (const [file, text] of [...(await argDocuments()), ...(await announcementDocuments())]) {
    fs.writeFileSync(path.resolve(__dirname, "..", file), text);
  }
})();
