// Lists which tests were skipped and why, from the lines `skipped: reason [title]` in the output of a run.

/** One line a reason, with the tests and suites that it kept from running. */
export function notTried(output: string): string[] {
  const titles = new Map<string, string[]>();
  for (const [, reason, title] of output.matchAll(/^[ .,!]*skipped: (.*) \[(.*)\]\r?$/gm))
    titles.set(reason, [...(titles.get(reason) ?? []), title]);
  const lines = [...titles].map(([reason, tests]) => `  ${reason}: ${[...new Set(tests)].join('; ')}`);
  if (!/^ {2}\d+ (passing|pending|failing)/m.test(output))
    return [...lines, 'the process ended before the tests were finished'];
  return lines.length === 0 ? ['all was tried'] : ['not tried:', ...lines];
}
