import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { driverById } from '../../drivers/catalogue.ts';
import { spell, unspell } from '../../protocols/control.ts';
import { registerSpecimen } from '../../src/acts/registration.ts';
import { openJournal } from '../../src/connection/journal.ts';
import { openLine } from '../../src/connection/line.ts';
import { proposeMappings } from '../../src/connection/propose-mappings.ts';
import { openSpool } from '../../src/connection/spool.ts';
import type { Laboratory } from '../../src/laboratory/context.ts';
import { createEventHub } from '../../src/laboratory/events.ts';
import { createPipeline } from '../../src/pipeline/pipeline.ts';
import type { Store } from '../../src/store/collection.ts';
import { openCollections } from '../../src/store/collections.ts';
import type { Channel, TransportListener } from '../../src/transport/transport.ts';
import { openTestLaboratory, type TestLaboratory, technician } from '../laboratory.ts';
import { frame } from '../protocols/astm-play.ts';
import { crashingStore } from './crashing-store.ts';

const lines = [
  { id: 'xn-1', driver: 'sysmex/xn-1000', tcp: { listen: 0 } },
  { id: 'bc-1', driver: 'mindray/bc-5380', tcp: { listen: 0 } },
];

let laboratory: TestLaboratory;

beforeAll(async () => {
  laboratory = await openTestLaboratory({ analyzers: lines });
  await proposeMappings(laboratory.lab);
});
afterAll(() => laboratory.close());

/** One life of the process: a line over a store, until it dies or is done. */
async function live(store: Store, id: string) {
  const collections = await openCollections(store);
  const lab: Laboratory = { ...laboratory.lab, collections, events: createEventHub(() => undefined) };
  const config = lab.config.analyzers.find((each) => each.id === id);
  const driver = driverById(config?.driver ?? '');
  if (config === undefined || driver === undefined) throw new Error(`no line ${id}`);
  const pipeline = createPipeline(lab);
  let listener: TransportListener | null = null;
  let heard = '';
  let alive = true;
  const open = async (): Promise<void> => {
    await pipeline.resume();
    openLine({
      lab,
      pipeline,
      config,
      driver,
      journal: await openJournal(lab, config),
      spool: openSpool(laboratory.folder, id),
      openTransport: (given) => {
        listener = given;
        return { address: () => 'here', close: async () => undefined };
      },
    });
  };
  const channel: Channel = {
    remote: 'here',
    write: (bytes) => {
      if (alive) heard += spell(bytes);
    },
    pause: () => undefined,
    resume: () => undefined,
    close: () => undefined,
  };
  return {
    open,
    connects: () => listener?.onUp(channel),
    says: (spelled: string) => listener?.onBytes(channel, unspell(spelled)),
    heard: () => heard,
    idle: () => pipeline.idle(),
    dies() {
      alive = false;
    },
  };
}

type Life = Awaited<ReturnType<typeof live>>;

/** An analyzer that sends step by step on ACK, and is done when the last step was acknowledged. */
async function send(life: Life, steps: readonly string[], answer: RegExp, dead: Promise<unknown>): Promise<boolean> {
  let crashed = false;
  void dead.then(() => {
    crashed = true;
  });
  life.connects();
  let from = 0;
  for (const step of steps) {
    life.says(step);
    while (!answer.test(life.heard().slice(from))) {
      if (crashed) return false;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    from = life.heard().length;
  }
  return true;
}

const xn = (accession: string): string[] => [
  '<ENQ>',
  frame(1, 'H|\\^&|||    XN-1000^00-22^11001^^^^BA1||||||||E1394-97<CR>'),
  frame(2, `O|1||3^5^              ${accession}^B|^^^^WBC\\^^^^RBC|||||||N||||||||||||||F<CR>`),
  frame(
    3,
    'R|1|^^^^WBC^1|7.42|10*3/uL||N||F||||20260312081530<CR>R|2|^^^^RBC^1|4.10|10*6/uL||N||F||||20260312081530<CR>',
  ),
  frame(4, 'L|1|N<CR>'),
];

const bc = (accession: string): string[] => [
  `<VT>MSH|^~\\&|Mindray|BC-5380|||20260312081500||ORU^R01|7|P|2.3.1||||||UNICODE<CR>PID|1||P1^^^^MR<CR>PV1|1<CR>OBR|1||${accession}|00001^Automated Count^99MRC||20260312081000|20260312081400<CR>OBX|1|NM|6690-2^WBC^LN||7.42|10*9/L|4.00-10.00|N|||F<CR>OBX|2|NM|789-8^RBC^LN||4.10|10*12/L|4.00-10.00|N|||F<CR><FS><CR>`,
];

const ways = [
  { id: 'xn-1', steps: xn, answer: /<ACK>/ },
  { id: 'bc-1', steps: bc, answer: /MSA\|AA/ },
];

/** What must be in the store whatever happened on the way. */
async function projection(accession: string) {
  const { collections } = laboratory.lab;
  const observations = await collections.observations.find({ accession }, { sort: { analyte: 1 } }).toArray();
  const specimen = await collections.specimens.findOne({ _id: accession });
  const held = await collections.held.find({ accession, state: 'open' }).toArray();
  return {
    observations: observations.map(({ analyte, value, run, current, state }) => ({
      analyte,
      value,
      run,
      current,
      state,
    })),
    work:
      specimen?.work === undefined
        ? null
        : { ...specimen.work, rank: null, analytes: [...specimen.work.analytes].sort() },
    held: held.map((each) => each.reason),
  };
}

const each = ways.flatMap((way) => [
  { ...way, apart: false, writes: 3, how: 'in one transaction' },
  { ...way, apart: true, writes: 5, how: 'one collection after the other' },
]);

describe.each(each)('$id, filed $how', ({ id, steps, answer, apart, writes: least }) => {
  test('a process killed at any write loses nothing and doubles nothing', async () => {
    const { store, register } = beneath(id);
    const whole = await register('whole');
    const undisturbed = crashingStore(store, 0, 'before', apart);
    const first = await live(undisturbed, id);
    await first.open();
    const opening = undisturbed.writes();
    expect(await send(first, steps(whole), answer, undisturbed.died)).toBe(true);
    await first.idle();
    const expected = await projection(whole);
    expect(expected.observations).toHaveLength(2);
    const writes = undisturbed.writes() - opening;
    expect(writes).toBeGreaterThanOrEqual(least);

    for (let at = 1; at <= writes; at += 1) {
      for (const when of ['before', 'after'] as const) {
        const accession = await register(`${at}${when}`);
        const crashing = crashingStore(store, at, when, apart);
        const life = await live(crashing, id);
        await life.open();
        const acknowledged = await send(life, steps(accession), answer, crashing.died);
        await crashing.died;
        life.dies();
        // The next life: what the journal holds is finished; an analyzer without answer sends again.
        const again = await live(store, id);
        await again.open();
        if (!acknowledged) expect(await send(again, steps(accession), answer, new Promise(() => undefined))).toBe(true);
        await again.idle();
        expect(await projection(accession), `killed ${when} write ${at}`).toEqual(expected);
        // And once more, as after an ACK that was lost on the cable.
        const third = await live(store, id);
        await third.open();
        expect(await send(third, steps(accession), answer, new Promise(() => undefined))).toBe(true);
        await third.idle();
        expect(await projection(accession), `killed ${when} write ${at}, resent`).toEqual(expected);
      }
    }
  });
});

let number = 0;

function beneath(id: string) {
  const store: Store = laboratory.store;
  return {
    store,
    async register(_name: string): Promise<string> {
      number += 1;
      const accession = `${id.slice(0, 2).toUpperCase()}${String(number).padStart(5, '0')}`;
      await registerSpecimen(laboratory.lab, technician, {
        patient: { id: `BN${number}`, name: 'Nguyễn Thị Đào', sex: 'female', birthDate: '1980-05-17' },
        orders: ['WBC', 'RBC'],
        accession,
      });
      return accession;
    },
  };
}
