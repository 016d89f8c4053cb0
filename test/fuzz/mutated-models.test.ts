import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkFile } from './check-file.js';
import { ownModels } from './models.js';
import { mutated } from './mutate.js';
import { randomOf, seedOf } from './random.js';
import { Tally } from './tally.js';

const runSeed = Number(process.env.TEST_SEED ?? 20_260_101);
const files = 500;

/** The short form of `npm run test:fuzz`: the same files every time. */
describe('mutated models', () => {
  it(`are refused, or run to an end or a wait that is seen (seed ${runSeed})`, async function () {
    this.timeout(120_000);
    const models = ownModels();
    const tally = new Tally();
    for (let index = 0; index < files; index += 1) {
      const random = randomOf(seedOf(runSeed, index));
      const xml = mutated(random.from(models).xml, random);
      try {
        tally.add(await checkFile(xml, random));
      } catch (error) {
        throw new Error(`File ${index} of seed ${runSeed}:\n${xml}`, { cause: error });
      }
    }
    assert.ok(tally.deployed > 50 && tally.deployed < 450, String(tally));
    assert.ok((tally.endings.get('completed') ?? 0) > 50, String(tally));
  });
});
