// Finds the line of a JSON document at which it stops being JSON. V8's messages name it for some faults only.

/** From 1. The first line with which the text cannot be the beginning of a JSON document any more. */
export function lineOfJsonFault(text: string): number {
  const lineEnds = [...text.matchAll(/\n/g)].map((match) => match.index + 1);
  if (lineEnds.at(-1) !== text.length) lineEnds.push(text.length);
  let [good, bad] = [0, lineEnds.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isBeginning(text.slice(0, lineEnds[middle - 1]))) good = middle;
    else bad = middle;
  }
  return bad;
}

function isBeginning(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (message.startsWith('Unexpected end of JSON input')) return true;
    if (message.startsWith('Bad control character')) return false;
    const position = /at position (\d+)/.exec(message)?.[1];
    return position !== undefined && Number(position) >= text.trimEnd().length;
  }
}

/** V8's own words on one line: they can quote the text. */
export function describeJsonFault(fault: Error): string {
  return fault.message.replaceAll(/\s+/g, ' ').slice(0, 200);
}
