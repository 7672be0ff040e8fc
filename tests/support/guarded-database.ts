// A program that is there to be killed: a database in the folder of its first argument, under a guard.
// "temporary" as the second: nothing of the folder is to stay. Files of later arguments are made, and go.
import * as fs from "node:fs";
import * as path from "node:path";
import { DatabaseServer } from "../../local/database";
import { Guard } from "../../local/guard";

const [folder = "", temporary, ...files] = process.argv.slice(2);

async function main(): Promise<void> {
  const guard = await Guard.start(folder, { temporary: temporary === "temporary" });
  guard.removeAtEnd({ files, folders: files.map((file) => path.dirname(file)) });
  files.forEach((file) => fs.writeFileSync(file, ""));
  const { port } = await DatabaseServer.create({
    folder: path.join(folder, "database"),
    master: { user: "edp", password: "test" },
    database: "edp",
    iamAuthentication: true,
  });
  console.log(JSON.stringify({ port, guard: guard.pid }));
}

void main();
