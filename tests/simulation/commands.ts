import type { Command } from "./history";
import { bodyOf, junk, names, places } from "./messages";
import type { ObjectCreated } from "./model";
import type { Simulation } from "./simulation";

const dayMs = 24 * 60 * 60 * 1000;

/** What was put so far: commands refer to it by number. */
export class Uploads {
  readonly events: ObjectCreated[] = [];
  #sequencers = 0;

  put(
    simulation: Simulation,
    fields: Pick<ObjectCreated, "key" | "size"> & Partial<ObjectCreated>,
  ) {
    const number = ++this.#sequencers;
    const event: ObjectCreated = {
      bucket: simulation.rules.bucket,
      // every fifth has none: old events, and those of other sources
      ...(number % 5 === 0 ? {} : { sequencer: `00${number.toString(16).toUpperCase()}A0` }),
      id: `event-${number}`,
      time: Math.floor(simulation.world.now / 1000) * 1000,
      ...fields,
    };
    this.events.push(event);
    simulation.send(event, bodyOf(event));
  }
}

/** Does one command. Those that last go on in the background. */
export async function perform(
  command: Command,
  simulation: Simulation,
  uploads: Uploads,
): Promise<void> {
  const { world, queue, server } = simulation;
  const known = (number: number) => uploads.events[number % Math.max(1, uploads.events.length)];
  switch (command.do) {
    case "put":
      for (let i = 0; i < command.count; i++) {
        const name = names[(command.size + i * 3 + uploads.events.length) % names.length]!;
        const key = `${places[command.place]!}${name}${Math.floor(uploads.events.length / 8)}`;
        const put = () => uploads.put(simulation, { key, size: command.size });
        if (command.everyMs * i === 0) put();
        else world.after(command.everyMs * i, put);
      }
      return;
    case "overwrite": {
      const event = known(command.which);
      if (!event) return;
      const version = command.isVersioned ? { version: `v${uploads.events.length}` } : {};
      uploads.put(simulation, { key: event.key, size: event.size + 1, ...version });
      return;
    }
    case "deliver again": {
      const event = known(command.which);
      if (!event) return;
      const again = () => simulation.send(event, bodyOf(event, "other spelling"));
      if (command.inSeconds === 0) again();
      else world.after(command.inSeconds * 1000, again);
      return;
    }
    case "junk":
      queue.send(junk[command.which % junk.length], { kind: "junk" });
      return;
    case "wait":
      return simulation.pass(command.seconds * 1000);
    case "hold back":
      simulation.disturbed(command.seconds * 1000);
      queue.pause(true);
      world.after(command.seconds * 1000, () => queue.pause(false));
      return;
    case "redrive": {
      queue.redrive();
      return;
    }
    case "start emitters":
      for (let i = 0; i < command.count; i++) simulation.startEmitter();
      return;
    case "fault": {
      simulation.calls.arm(command.fault);
      return;
    }
    case "database down":
      if (server.isDown) return;
      simulation.disturbed(command.seconds * 1000);
      await server.goDown();
      world.after(command.seconds * 1000, () => simulation.databaseUp());
      return;
    case "no schedule":
      simulation.disturbed(command.seconds * 1000);
      simulation.isScheduleOff = true;
      world.after(command.seconds * 1000, () => {
        simulation.isScheduleOff = false;
      });
      return;
    case "lose beats":
      simulation.lostBeats += command.count;
      return;
    case "configure": {
      simulation.configure(command.rules);
      return;
    }
    case "database's clock jumps":
      server.clockSkewMs += command.seconds * 1000;
      {
        simulation.disturbed(Math.abs(command.seconds) * 1000);
        return;
      }
    case "days pass":
      await simulation.settle();
      return simulation.skip(command.days * dayMs);
  }
}
