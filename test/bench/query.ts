import { connect, type Socket } from 'node:net';
import { freePort } from '../../src/cli/demo/free-port.ts';
import { inProcess } from './in-process.ts';
import type { Outcome } from './load.ts';
import { block } from './messages.ts';
import { openBenchSite } from './site.ts';
import { type Figure, ms, percentile, rate } from './table.ts';

/** An analyzer that asks again and again. */
interface Asker {
  /** Milliseconds from the last byte of a query (EOT, or CR after FS) to the first of the answer (ENQ or VT). */
  ask(accession: string): Promise<number>;
  close(): void;
}

/**
 * Queries while other lines bring results: the first byte of the answer has to be there within 50 ms at p99.
 * Two ASTM lines, one of QRY^Q02 and one of QBP^Q11 ask in turn, each the next when the last was answered whole.
 */
export async function benchQuery(lines: number, perSecond: number, seconds: number): Promise<Figure[]> {
  const ports = [await freePort(), await freePort(), await freePort(), await freePort()];
  const models = ['roche/cobas-c311', 'roche/cobas-c311', 'mindray/bs-series', 'biosystems/ba400'];
  const site = await openBenchSite({
    lines,
    specimens: perSecond * (seconds + 2),
    moreLines: ports.map((port, at) => `  - { id: ask-${at + 1}, driver: ${models[at]}, tcp: { listen: ${port} } }`),
  });
  try {
    const asked = await registerChemistry(site.admin.post, 200);
    const warm = site.accessions.slice(0, perSecond * 2);
    await inProcess<Outcome>('load.js', { ports: site.ports, accessions: warm, perSecond });
    const askers = await Promise.all(ports.map((port, at) => (at < 2 ? astmAsker(port) : hl7Asker(port, at === 3))));
    const load = inProcess<Outcome>('load.js', {
      ports: site.ports,
      accessions: site.accessions.slice(perSecond * 2),
      perSecond,
    });
    let over = false;
    void load.finally(() => {
      over = true;
    });
    const waits = await Promise.all(
      askers.map(async (asker, at) => {
        const times: number[] = [];
        for (let turn = at * 40; !over; turn += 1) {
          times.push(await asker.ask(asked[turn % asked.length] ?? ''));
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        return times;
      }),
    );
    for (const asker of askers) asker.close();
    const outcome = await load;
    const words = ['ASTM Q, ENQ', 'ASTM Q, ENQ', 'QRY^Q02, QCK', 'QBP^Q11, RSP^K11'];
    const all = waits.flat();
    const p99 = percentile(all, 0.99);
    return [
      {
        what: `first byte of the answer to a query, ${all.length} queries beside ${lines} lines`,
        figure: `p50 ${ms(percentile(all, 0.5))}, p99 ${ms(p99)}, slowest ${ms(Math.max(...all))}`,
        target: 'p99 < 50 ms',
        reached: p99 < 50,
      },
      ...waits.map((each, at) => ({
        what: `  line ${at + 1}: ${words[at]}`,
        figure: `p50 ${ms(percentile(each, 0.5))}, p99 ${ms(percentile(each, 0.99))} of ${each.length}`,
      })),
      { what: '  results taken meanwhile', figure: rate(outcome.messages, outcome.ms) },
    ];
  } finally {
    await site.close();
  }
}

async function registerChemistry(
  post: (path: string, body: unknown) => Promise<{ readonly status: number; readonly text: string }>,
  count: number,
): Promise<string[]> {
  const made: string[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const accession = String(2_700_000_000 + turn);
    const patient = { id: `HS${turn}`, name: 'Trần Văn Minh', sex: 'male', birthDate: '1970-06-01' };
    const answer = await post('/api/specimens', { accession, patient, orders: ['GLU', 'CREA', 'ALT', 'AST', 'ALB'] });
    if (answer.status !== 201) throw new Error(answer.text);
    made.push(accession);
  }
  return made;
}

/** A socket whose bytes are waited for one condition after the other. */
async function dial(port: number): Promise<{
  readonly socket: Socket;
  /** Resolves with the instant at which what was heard since the last call fulfils the condition. */
  hears(fulfils: (heard: string) => boolean): Promise<number>;
}> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let heard = '';
  let look: () => void = () => undefined;
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    heard += chunk;
    look();
  });
  return {
    socket,
    hears: (fulfils) =>
      new Promise((resolve) => {
        look = () => {
          if (!fulfils(heard)) return;
          heard = '';
          look = () => undefined;
          resolve(performance.now());
        };
        look();
      }),
  };
}

const [ENQ, ACK, EOT, STX, ETX, VT, FS] = ['\u0005', '\u0006', '\u0004', '\u0002', '\u0003', '\u000b', '\u001c'];

function frame(text: string): string {
  let sum = 0;
  for (const letter of `1${text}${ETX}`) sum += letter.charCodeAt(0);
  return `${STX}1${text}${ETX}${(sum % 256).toString(16).toUpperCase().padStart(2, '0')}\r\n`;
}

async function astmAsker(port: number): Promise<Asker> {
  const { socket, hears } = await dial(port);
  const say = (text: string): void => void socket.write(text, 'latin1');
  return {
    async ask(accession) {
      say(ENQ ?? '');
      await hears((heard) => heard.includes(ACK ?? ''));
      const query = `Q|1|^^${accession.padStart(22)}^1^00001^1^^S1^SC||ALL||||||||O\r`;
      say(frame(`H|\\^&|||c311^1|||||host|TSREQ^REAL|P|1\r${query}L|1|N\r`));
      await hears((heard) => heard.includes(ACK ?? ''));
      const asked = performance.now();
      say(EOT ?? '');
      const waited = (await hears((heard) => heard.includes(ENQ ?? ''))) - asked;
      say(ACK ?? '');
      for (let ended = false; !ended; ) {
        await hears((heard) => {
          ended = heard.includes(EOT ?? '');
          return ended || heard.endsWith('\n');
        });
        if (!ended) say(ACK ?? '');
      }
      return waited;
    },
    close: () => socket.destroy(),
  };
}

async function hl7Asker(port: number, law: boolean): Promise<Asker> {
  const { socket, hears } = await dial(port);
  let asked = 0;
  const query = (accession: string, id: string): string =>
    law
      ? `MSH|^~\\&|BA400|Biosystems|Host||20260312081500||QBP^Q11^QBP_Q11|${id}|P|2.5.1|||ER|AL||UNICODE UTF-8|||LAB-27^IHE\rQPD|WOS^Work Order Step^IHE_LABTF|Q${id}|${accession}\rRCP|I||R\r`
      : `MSH|^~\\&|Mindray|BS-380|||20260312081500||QRY^Q02|${id}|P|2.3.1||||0||ASCII\rQRD|20260312081500|R|D|${id}|||RD|${accession}|OTH|||T|\rQRF|BS-380|20260312081500|20260312081500|||RCT|COR|ALL||\r`;
  return {
    async ask(accession) {
      asked += 1;
      const id = String(asked);
      let first = 0;
      let order = '';
      const begun = performance.now();
      socket.write(block(query(accession, id)));
      await hears((heard) => {
        if (first === 0 && heard.includes(VT ?? '')) first = performance.now();
        order = /OML\^O33[^|]*\|([^|]*)\|/.exec(heard)?.[1] ?? '';
        const whole = heard.endsWith(`${FS}\r`);
        return law && !heard.includes('|NF|') ? whole && order !== '' : whole;
      });
      // LAW: the order that follows has its own answer, so that the next question does not meet it.
      if (order !== '') socket.write(block(acceptance(order)));
      return first - begun;
    },
    close: () => socket.destroy(),
  };
}

const acceptance = (id: string): string =>
  `MSH|^~\\&|BA400|Biosystems|Host||20260312081500||ORL^O34^ORL_O34|R${id}|P|2.5.1\rMSA|AA|${id}\r`;
