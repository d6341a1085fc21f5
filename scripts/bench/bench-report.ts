// What a benchmark found: a line per measurement, the bar it had to reach, and whether it did.

export interface Finding {
  readonly what: string;
  readonly measured: string;
  readonly bar: string;
  readonly passed: boolean;
}

export class BenchReport {
  readonly findings: Finding[] = [];

  add(finding: Finding): void {
    this.findings.push(finding);
    console.log(`${finding.passed ? 'ok    ' : 'MISSED'}  ${finding.what}: ${finding.measured} (bar: ${finding.bar})`);
  }

  note(text: string): void {
    console.log(`        ${text}`);
  }

  skip(what: string, why: string): void {
    console.log(`skip    ${what}: ${why}`);
  }

  get allPassed(): boolean {
    return this.findings.every(({ passed }) => passed);
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
