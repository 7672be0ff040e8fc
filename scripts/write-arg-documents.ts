// npm run docs:args: what is written of the args, made anew of their table.
import * as fs from "node:fs";
import * as path from "node:path";
import { argDocuments } from "./arg-documents";

void (async () => {
  for (const [file, text] of await argDocuments()) {
    fs.writeFileSync(path.resolve(__dirname, "..", file), text);
  }
})();
