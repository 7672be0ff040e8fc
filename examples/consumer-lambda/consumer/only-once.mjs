/**
 * Does the work for an announcement, unless it was done: announcements come at least once, and `batchId`
 * is the same in every copy. `memory` remembers what was done, and who is at it.
 *
 * Throws while another copy is being worked on, and when the work fails: who delivers tries again later.
 * A process that is killed between the work and its note does it again, so the work had better bear that.
 */
export async function onlyOnce(announcement, memory, work) {
  const { batchId } = announcement;
  const claim = await memory.claim(batchId);
  if (claim === "done") {
    console.log(`batch ${batchId} was here before: dropped`);
    return;
  }
  if (claim === "busy") throw new Error(`batch ${batchId} is being worked on: try again later`);
  try {
    await work(announcement);
  } catch (error) {
    await memory.release(batchId);
    throw error;
  }
  await memory.done(batchId);
}
