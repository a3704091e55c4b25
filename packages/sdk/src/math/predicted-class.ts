/** First index of the largest value: the class that a row of scores stands for. */
export function largestIndex(row: readonly bigint[]): number {
  let best = 0;
  row.forEach((value, i) => {
    if (value > (row[best] ?? value)) best = i;
  });
  return best;
}

/** Positions at which two lists of classes agree. */
export function countCorrect(predicted: readonly number[], actual: readonly number[]): number {
  return predicted.filter((value, i) => value === actual[i]).length;
}
