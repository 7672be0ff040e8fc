import { expect } from "chai";
import { iamToken } from "../../../../functions/database";

describe("iamToken", () => {
  const variables = {
    AWS_ACCESS_KEY_ID: "AKID",
    AWS_SECRET_ACCESS_KEY: "s",
    AWS_REGION: "eu-west-1",
  };
  const saved = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  before(() => Object.assign(process.env, variables));
  after(() => {
    for (const [name, value] of Object.entries(saved)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });

  it("is signed for host, port and user, for 15 minutes, without a call", async () => {
    const access = { host: "db.example", port: 5432, database: "edp", user: "edp_runtime" };
    const url = new URL(`https://${await iamToken(access)()}`);
    expect(url.host).to.equal("db.example:5432");
    expect(Object.fromEntries(url.searchParams)).to.include({
      Action: "connect",
      DBUser: "edp_runtime",
      "X-Amz-Expires": "900",
    });
    expect(url.searchParams.get("X-Amz-Credential")).to.match(/^AKID\/\d{8}\/eu-west-1\/rds-db\//);
  });
});
