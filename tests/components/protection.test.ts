import { expect } from "chai";
import { EdpMonitor } from "../../components";
import type { Graph } from "../../local/program";
import { graphOf, kindOf, listOf, monitorGraph, plainGraph } from "../../support/graph";

function protectedIn(graph: Graph): string[] {
  return listOf({ ...graph, nodes: graph.nodes.filter(({ protect }) => protect) });
}

describe("protection against being deleted", () => {
  it("covers what holds data and what others subscribe to", async () => {
    expect(protectedIn(await plainGraph())).to.deep.equal([
      "EventBus edp-package-events",
      "Instance edp-database",
      "Queue edp-object-events",
      "Queue edp-object-events-dead-letters",
      "Queue edp-object-events-undelivered",
      "Queue edp-package-events-undelivered",
      "Topic edp-alarms",
      "Topic edp-package-events",
    ]);
  });

  it("is off, for RDS and for Pulumi, when the arg says so", async () => {
    expect(protectedIn(await monitorGraph({ dbDeletionProtection: false }))).to.deep.equal([]);
  });

  it("covers everything when the user protects the monitor, whatever the arg says", async () => {
    for (const dbDeletionProtection of [true, false]) {
      const graph = await graphOf(() => {
        new EdpMonitor("edp", { bucketName: "b-1", dbDeletionProtection }, { protect: true });
      });
      const open = graph.nodes.filter(({ protect }) => !protect);
      expect(open.map(kindOf)).to.deep.equal(["Stack"]);
    }
  });
});
