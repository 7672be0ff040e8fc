import { expect } from "chai";
import { sql, type RawBuilder } from "kysely";
import {
  boolArray,
  int4Array,
  int8Array,
  int8ArrayOfHex,
  timestampArray,
  uuidArrayOfHex,
} from "../../../../functions/database/storing/binary-array";
import { testDatabase, type TestDatabase } from "../../../../support/postgres";

describe("binary arrays", () => {
  let test: TestDatabase;
  before(async () => (test = await testDatabase()));
  after(() => test.drop());

  const read = async (array: RawBuilder<unknown>) => {
    const { rows } = await sql<{ read: unknown }>`select ${array}::text[] as read`.execute(test.db);
    return rows[0]!.read;
  };

  it("are read by PostgreSQL as they were written", async () => {
    const least = -(2n ** 63n);
    expect(await read(sql`${int8Array([1, "-2", least, 2n ** 63n - 1n])}::bigint[]`)).to.eql([
      "1",
      "-2",
      "-9223372036854775808",
      "9223372036854775807",
    ]);
    expect(
      await read(sql`${int8ArrayOfHex(["00000000000000ff", "ffffffffffffffff"])}::bigint[]`),
    ).to.eql(["255", "-1"]);
    expect(await read(sql`${int4Array([1, -(2 ** 31), 2 ** 31 - 1])}::integer[]`)).to.eql([
      "1",
      "-2147483648",
      "2147483647",
    ]);
    expect(await read(sql`${boolArray([true, false])}::boolean[]`)).to.eql(["true", "false"]);
    expect(await read(sql`${uuidArrayOfHex(["00112233445566778899aabbccddeeff"])}::uuid[]`)).to.eql(
      ["00112233-4455-6677-8899-aabbccddeeff"],
    );
  });

  it("keep times to the millisecond, before 2000 as well", async () => {
    const times = ["1969-12-31T23:59:59.999Z", "2026-11-23T10:15:30.001Z"].map(Date.parse);
    const { rows } = await sql<{ read: Date[] }>`
      select ${timestampArray(times)}::timestamptz[] as read
    `.execute(test.db);
    expect(rows[0]!.read.map((time) => time.getTime())).to.eql(times);
  });

  it("may be empty", async () => {
    expect(await read(sql`${int4Array([])}::integer[]`)).to.eql([]);
  });

  it("refuse what does not fit", () => {
    expect(() => int4Array([2 ** 31])).to.throw(RangeError);
    expect(() => int8Array([2n ** 63n])).to.throw(RangeError);
  });
});
