/** Every object event that the ledger remembers, first ones and overwrites, to be selected from. */
export const countedEvents = `(
  select file, prefix_id, sequence from edp.ledger
  union all
  select file, prefix_id, sequence from edp.overwrite
) as counted_event`;
