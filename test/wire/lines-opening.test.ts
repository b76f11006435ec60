import { afterEach, expect, test } from 'vitest';
import { openLines } from '../../src/connection/lines.ts';
import { LisError } from '../../src/errors.ts';
import { labConfigSchema } from '../../src/laboratory/config.ts';
import { freePort } from '../journeys/harness.ts';
import { until } from '../journeys/until.ts';
import { frame } from '../protocols/astm-play.ts';
import { dial, openStage, type Stage } from './stage.ts';

let stage: Stage | null = null;

afterEach(async () => {
  await stage?.close();
  stage = null;
});

const xn = (accession: string, value = '7.10'): string =>
  frame(
    1,
    `H|\\^&|||    XN-1000^00-22^11001^^^^BA1||||||||E1394-97<CR>O|1||3^5^              ${accession}^B|^^^^WBC|||||||N||||||||||||||F<CR>R|1|^^^^WBC^1|${value}|10*3/uL||N||F||||20260312081530<CR>L|1|N<CR>`,
  );

test('a line whose driver is not there is shown as failing, and the others work; only where all are so none opens', async () => {
  const port = await freePort();
  const lost = { id: 'lost', driver: 'acme/none', tcp: { listen: await freePort() } };
  stage = await openStage({ analyzers: [lost, { id: 'xn-1', driver: 'sysmex/xn-1000', tcp: { listen: port } }] });
  await stage.register('A1001', ['WBC']);
  expect(stage.lines.get('lost')).toMatchObject({
    state: 'failing',
    detail: 'Driver acme/none is not in the catalogue',
  });
  const analyzer = await dial(port);
  analyzer.says('<ENQ>');
  await analyzer.hears('<ACK>');
  analyzer.says(xn('A1001'));
  await until('it is filed', async () => (await stage?.values('A1001'))?.WBC === '7.10');
  const { lab, pipeline, laboratory } = stage;
  const none = {
    ...lab,
    config: { ...lab.config, analyzers: lab.config.analyzers.filter(({ id }) => id === 'lost') },
  };
  const opening = openLines(none, pipeline, { spoolFolder: `${laboratory.folder}/spool` });
  await expect(opening).rejects.toMatchObject({ code: 'DRIVER_UNKNOWN' });
});

test('a store that does not answer while lines open is not the fault of one line: none stays open without the others', async () => {
  const port = await freePort();
  stage = await openStage({ analyzers: [] });
  const { lab, pipeline, laboratory } = stage;
  const { messages } = lab.collections;
  const deaf = new Proxy(messages, {
    get(target, name) {
      if (name === 'findOne')
        return async (filter: { analyzer?: string }) => {
          if (filter.analyzer === 'second') throw new LisError('STORE_UNAVAILABLE');
          return null;
        };
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const analyzers = [
    { id: 'first', driver: 'sysmex/xn-1000', tcp: { listen: port } },
    { id: 'second', driver: 'sysmex/xn-1000', tcp: { listen: await freePort() } },
  ];
  const config = labConfigSchema.parse({ ...lab.config, analyzers });
  const beside = { ...lab, config, collections: { ...lab.collections, messages: deaf } };
  const opening = openLines(beside, pipeline, { spoolFolder: `${laboratory.folder}/spool` });
  await expect(opening).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await expect(dial(port)).rejects.toThrow();
});
