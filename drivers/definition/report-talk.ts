import { concat } from '../../protocols/bytes.ts';
import type { ReportTalk } from '../../protocols/delimited/reports.ts';
import type { DelimitedDefinition } from './schema-text.ts';
import { fill } from './template.ts';

const latin1 = new TextDecoder('latin1');
const CR = 0x0d;
const LF = 0x0a;

/** The host's part of a conversation in lines, out of the definition. */
export function talkOf(talk: NonNullable<DelimitedDefinition['talk']>): ReportTalk {
  const replies = talk.replies.map((each) => ({ ...each, regex: new RegExp(each.line) }));
  const outcomes = talk.outcomes.map((each) => ({ ...each, regex: new RegExp(each.report) }));
  return {
    reply: (line) => {
      for (const { regex, says } of replies) {
        const match = regex.exec(line);
        if (match !== null) return says === undefined ? null : worded(says, match);
      }
      return null;
    },
    drops: (line) => replies.some((each) => each.drop && each.regex.test(line)),
    sound: (report) => {
      const last = lastLine(report);
      const sum = /;(\d{1,5})\s*$/.exec(latin1.decode(report.subarray(last)))?.[1];
      return sum !== undefined && Number(sum) === crc16(report.subarray(0, last));
    },
    seal: (report) => {
      const last = lastLine(report);
      const line = latin1.decode(report.subarray(last));
      const sum = String(crc16(report.subarray(0, last)));
      const summed = line.replace(/;(\d{1,5})/, (_whole, before: string) => `;${sum.padStart(before.length, '0')}`);
      return concat([report.subarray(0, last), new TextEncoder().encode(summed)]);
    },
    outcome: (report, how) => {
      const text = latin1.decode(report);
      for (const each of outcomes) {
        const match = each.regex.exec(text);
        if (match !== null) return worded(each[how], match);
      }
      return null;
    },
  };
}

function worded(says: string, match: RegExpExecArray): string {
  const groups = Object.entries(match.groups ?? {}).map(([name, text]) => [name, (text ?? '').trim()]);
  return fill(says, Object.fromEntries(groups), (text) => text.replaceAll(/[^ -~]/g, ''));
}

/** Where the last line begins. */
function lastLine(report: Uint8Array): number {
  let at = report.length;
  while (at > 0 && (report[at - 1] === CR || report[at - 1] === LF)) at -= 1;
  while (at > 0 && report[at - 1] !== CR && report[at - 1] !== LF) at -= 1;
  return at;
}

/** CRC-16 with the reflected polynomial 0xA001, beginning with 0xFFFF. */
function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}
