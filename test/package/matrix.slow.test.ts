// The packed package, and the ways in which users run and compile what imports it: that each prints the answer that
// this tree's sources give; a table of them, which README quotes.
import { expect } from 'chai';
import type { Context } from 'mocha';
import { skipOrFail } from '../skip.ts';
import { Unreachable } from './npm.ts';
import type { Row } from './row.ts';
import { refusals, rows } from './rows.ts';
import { answer, reaching, suite, user } from './user.ts';

suite('the consumer matrix (not on Windows: npm is needed)', () => {
  const results = new Map<Row, string>();

  before('install, and ask the sources', function () {
    reaching(this, user);
    expect(JSON.parse(answer())).to.have.property('memoryTypeBits').above(0);
  });

  /** Where a package cannot be had here, the row is skipped and says so in the table. */
  async function printed(context: Context, row: Row) {
    const skip = (reason: string) => {
      results.set(row, `skipped: ${reason}`);
      return skipOrFail(context, reason);
    };
    if (row.binary && (process.platform !== 'linux' || process.arch !== 'x64'))
      skip(`its binary does not run on ${process.platform} ${process.arch}`);
    try {
      return await row.print();
    } catch (error) {
      if (error instanceof Unreachable) skip(`the npm registry is out of reach: ${error.message}`);
      const [, lacking] = /error while loading shared libraries: ([^:]+):/.exec(String(error)) ?? [];
      if (row.binary && lacking !== undefined)
        skip(`${row.who}, which was downloaded, needs ${lacking}, and this machine has none`);
      throw error;
    }
  }

  for (const row of rows)
    it(`${row.who}: ${row.how}`, async function () {
      results.set(row, 'FAILED');
      const answers = await printed(this, row);
      expect(answers).to.deep.equal(answers.map(answer));
      results.set(row, answer());
    });

  for (const row of refusals)
    it(`${row.who}: ${row.how}: ${row.why}`, async function () {
      results.set(row, 'FAILED');
      let said = '';
      try {
        await printed(this, row);
      } catch (error) {
        if (this.test?.isPending()) throw error;
        said = String(error);
      }
      // One that begins to work is a row from then on.
      if (!row.says.test(said)) throw new Error(`expected ${row.says} in: ${said || 'nothing, it worked'}`);
      results.set(row, row.why);
    });

  after('the table', () => {
    const ran = (listed: readonly Row[]) => listed.filter(row => results.has(row));
    const all = ran([...rows, ...refusals]);
    const width = (column: 'who' | 'how') => Math.max(...all.map(row => row[column].length));
    const print = (who: string, how: string, result: string) =>
      console.log(`| ${who.padEnd(width('who'))} | ${how.padEnd(width('how'))} | ${result} |`);
    const table = (listed: readonly Row[], title: string) => {
      if (listed.length === 0) return;
      console.log();
      print('with', 'how', title);
      print('---', '---', '---');
      for (const row of listed) print(row.who, row.how, results.get(row) ?? '');
    };
    table(ran(rows), 'answer');
    table(ran(refusals), 'does not work');
    console.log();
  });
});
