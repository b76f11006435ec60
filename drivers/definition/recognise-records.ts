import type { z } from 'zod';
import { parseMark } from './path.ts';
import type { astmSchema } from './schema.ts';
import { allMarked } from './scope.ts';
import { sniff } from './sniff.ts';

type RecogniseText = z.output<typeof astmSchema>['recognise'];

/** The score of the best rule whose marks all match the first message; 0 when none does. */
export function recogniseRecords(protocol: 'astm' | 'hl7v2', text: RecogniseText): (raw: Uint8Array) => number {
  const rules = text.map((rule) => ({ when: rule.when.map(parseMark), score: rule.score }));
  return (raw) => {
    const found = sniff(raw);
    if (found.protocol !== protocol) return 0;
    return rules.reduce(
      (best, rule) => (rule.score > best && allMarked(found.scope, rule.when) ? rule.score : best),
      0,
    );
  };
}
