// How long the queues that the program asks for outlast a database, or an ingest, that is gone.
import { expect } from "chai";
import { LocalQueue } from "../local/queue/queue";
import { inputs, plainGraph } from "../support/graph";

const hour = 60 * 60 * 1000;
const day = 24 * hour;

/** The object queue and its dead letters, by a clock that a test moves. */
async function queuesOfTheProgram() {
  const graph = await plainGraph();
  const queueOf = (name: string, deadLetters?: LocalQueue) => {
    const asked = inputs(graph, "Queue", name);
    const redrive = asked["redrivePolicy"] as string | undefined;
    const spec = {
      arn: name,
      url: name,
      visibilitySeconds: Number(asked["visibilityTimeoutSeconds"] ?? 30),
      retentionSeconds: Number(asked["messageRetentionSeconds"]),
      ...(redrive !== undefined && {
        redrive: JSON.parse(redrive) as LocalQueue["spec"]["redrive"] & object,
      }),
    };
    return new LocalQueue(spec, () => deadLetters);
  };
  const deadLetters = queueOf("edp-object-events-dead-letters");
  return { queue: queueOf("edp-object-events", deadLetters), deadLetters };
}

describe("outage", function () {
  this.timeout(60_000); // a stack, or a process, starts
  const realNow = Date.now;
  let now: number;
  beforeEach(() => {
    now = 0;
    Date.now = () => now;
  });
  afterEach(() => (Date.now = realNow));

  /** One message an hour, while every try fails; a try of all that can be seen every so many seconds. */
  async function outage(length: number, everySeconds = 100) {
    const { queue, deadLetters } = await queuesOfTheProgram();
    for (now = 0; now < length; now += everySeconds * 1000) {
      if (now % hour < everySeconds * 1000) queue.send(`hour ${Math.floor(now / hour)}`);
      queue.receive(10_000);
    }
    now = length;
    return { queue, deadLetters };
  }
  const hours = (from: number, until: number) =>
    Array.from({ length: until - from }, (_, i) => `hour ${from + i}`);

  it("of a night leaves every message in the queue", async () => {
    const { queue, deadLetters } = await outage(10 * hour);
    expect(queue.bodies()).to.have.members(hours(0, 10));
    expect(deadLetters.bodies()).to.deep.equal([]);
  });

  it("of thirty hours makes dead letters of what came in its first two, and of nothing else", async () => {
    const { queue, deadLetters } = await outage(30 * hour);
    expect(deadLetters.bodies()).to.have.members(hours(0, 3));
    expect(queue.bodies()).to.have.members(hours(3, 30));
  });

  it("of a weekend loses nothing, and leaves ten days to send the dead letters back", async () => {
    const { queue, deadLetters } = await outage(3 * day);
    expect([...queue.bodies(), ...deadLetters.bodies()]).to.have.members(hours(0, 72));
    now = 13 * day;
    expect(deadLetters.receive(1000)).to.have.lengthOf(deadLetters.size);
  });

  it("loses nothing in twelve days when so many wait that each is tried once in twenty minutes", async () => {
    const { queue, deadLetters } = await outage(12 * day, 20 * 60);
    expect([...queue.bodies(), ...deadLetters.bodies()]).to.have.members(hours(0, 12 * 24));
  });

  it("of the poller, which tries nothing, loses nothing in two weeks less a day", async () => {
    const { queue, deadLetters } = await queuesOfTheProgram();
    queue.send("hour 0");
    now = 13 * day;
    expect(queue.receive(1)).to.have.lengthOf(1);
    expect(deadLetters.size).to.equal(0);
  });
});
