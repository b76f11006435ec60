import { Hl7Message } from '@medplum/core';
import HL7 from 'hl7-standard';
import { driverById } from '../../drivers/catalogue.ts';
import { extractBlocks } from '../../protocols/hl7v2/extract.ts';
import { parseMessage } from '../../protocols/hl7v2/message.ts';
import { block, cbcMessage } from './messages.ts';
import { type Figure, rate, ratio } from './table.ts';

/** What every decoder is asked for: code, value, unit, range, flags and time of each of 30 OBX. Counts characters. */
type Decoder = () => number;

const text = cbcMessage('2611250001', '1');
const bytes = block(text);
const utf8 = new TextDecoder();
const decodeText = (part: Uint8Array): string => utf8.decode(part);
const paths = ['3.1', '5', '6', '7', '8', '14'] as const;

/** Ours: from the bytes of the block, and the byte span of every field beside its text. */
function ours(): number {
  let sum = 0;
  for (const found of extractBlocks(bytes).messages) {
    const message = parseMessage(found, decodeText);
    for (const segment of message.segments) {
      if (segment.name !== 'OBX') continue;
      const code = segment.field(3).component(1);
      sum += code.text.length + code.span[1] - code.span[0];
      for (const number of [5, 6, 7, 8, 14]) {
        const field = segment.field(number);
        const [from, to] = field.span;
        sum += field.text.length + to - from;
      }
    }
  }
  return sum / 2;
}

function standard(): number {
  let sum = 0;
  const message = new HL7(text);
  message.transform();
  for (const segment of message.getSegments('OBX')) {
    for (const path of paths) sum += String(segment.get(`OBX.${path}`) ?? '').length;
  }
  return sum;
}

function medplum(): number {
  let sum = 0;
  for (const segment of Hl7Message.parse(text).getAllSegments('OBX')) {
    sum += (segment.getField(3)?.getComponent(1) ?? '').length;
    for (const number of [5, 6, 7, 8, 14]) sum += (segment.getField(number)?.toString() ?? '').length;
  }
  return sum;
}

const driver = driverById('mindray/bc-5380');

/** The whole of our decoding: the driver's reading of the message into observations with spans. */
function whole(): number {
  return driver?.decode(bytes).messages[0]?.observations.length ?? 0;
}

const roundMs = 250;
const rounds = 6;

/** Decoders in turn, several rounds; the best round of each: what else runs on the machine only slows. */
export function benchDecode(): Figure[] {
  const decoders = { ours, standard, medplum, whole } satisfies Record<string, Decoder>;
  const expected = medplum();
  if (ours() !== expected || standard() !== expected || whole() !== 30) {
    throw new Error(`the decoders do not read the same: ${ours()}, ${standard()}, ${expected}, ${whole()}`);
  }
  const best = { ours: 0, standard: 0, medplum: 0, whole: 0 };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of Object.keys(decoders) as (keyof typeof decoders)[]) {
      best[name] = Math.max(best[name], perSecond(decoders[name]));
    }
  }
  return [
    { what: 'decode a CBC of 30 OBX, with spans', figure: rate(best.ours, 1000) },
    {
      what: '  against hl7-standard',
      figure: `${ratio(best.ours, best.standard)} (${rate(best.standard, 1000)})`,
      target: '>= 10 x',
      reached: best.ours >= 10 * best.standard,
    },
    {
      what: '  against @medplum/core',
      figure: `${ratio(best.ours, best.medplum)} (${rate(best.medplum, 1000)})`,
      target: '>= 3 x',
      reached: best.ours >= 3 * best.medplum,
    },
    {
      what: '  by the driver, into observations',
      figure: `${rate(best.whole, 1000)}, ${ratio(best.whole, best.standard)} hl7-standard, ${ratio(best.whole, best.medplum)} medplum`,
    },
  ];
}

function perSecond(decoder: Decoder): number {
  const end = performance.now() + roundMs;
  let count = 0;
  while (performance.now() < end) {
    for (let turn = 0; turn < 20; turn += 1) decoder();
    count += 20;
  }
  return (count / (roundMs + performance.now() - end)) * 1000;
}
