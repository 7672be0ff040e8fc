/** The word that takes the fewest edits from another, whatever the case. */
export function nearest<T extends string>(word: string, words: readonly T[]): T {
  return words.reduce((best, one) => (distance(word, one) < distance(word, best) ? one : best));
}

/** Whether a word may well be another one, misspelt. */
export function isMisspelt(word: string, right: string): boolean {
  return distance(word, right) <= right.length / 3;
}

/** Edits from one word to the other (Levenshtein), whatever the case. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1]!.toLowerCase() === to[j - 1]!.toLowerCase();
      next.push(Math.min(row[j - 1]! + (same ? 0 : 1), row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}
