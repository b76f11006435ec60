import { extractBlocks } from '../../protocols/blocks/extract.ts';
import { type BlockRole, usualBlock } from '../../protocols/blocks/state.ts';
import type { BlockRules, Driver, OrderForAnalyzer } from '../driver.ts';
import { answerBlocks } from './answer-blocks.ts';
import { type BlockReading, decodeBlocks } from './blocks-decode.ts';
import { encodeText } from './charset.ts';
import { identityOf } from './identity.ts';
import { type BlockDefinition, type BlockDefinitionInput, blockSchema } from './schema-text.ts';
import { sniff } from './sniff.ts';

/** How much of a capture is looked at to know whose it is. */
const window = 65_536;

const latin1 = new TextDecoder('latin1');

/**
 * A driver of an older analyzer that sends blocks of a fixed layout, each answered by ACK. The definition is plain data
 * and checked here (throws a ZodError with the path of what is wrong).
 */
export function defineBlockDriver(input: BlockDefinitionInput): Driver {
  const definition = blockSchema.parse(input);
  const { charset, check, answer: form } = definition;
  const maxBlock = definition.link?.maxFrame ?? usualBlock;
  const marks = definition.recognise.map((rule) => ({ regex: new RegExp(rule.matches), score: rule.score }));
  const role = roleOf(definition);
  const reading: BlockReading = {
    definition,
    maxBlock,
    role,
    layouts: definition.layouts.map((layout) => ({
      layout,
      regex: new RegExp(layout.pattern, 'ds'),
      ...(layout.row === undefined ? {} : { row: new RegExp(layout.row, 'dys') }),
      when: layout.when.map((mark) => ({ ...mark, regex: new RegExp(mark.matches) })),
    })),
  };
  return {
    ...identityOf(definition),
    blocks: rulesOf(definition, role),
    recognise: (raw) => {
      if (sniff(raw).protocol === null) return 0;
      const texts = extractBlocks(raw.subarray(0, window), check, maxBlock).messages;
      const first = texts.slice(0, 20).map((message) => latin1.decode(message.text));
      return marks.reduce(
        (best, mark) => (mark.score > best && first.some((text) => mark.regex.test(text)) ? mark.score : best),
        0,
      );
    },
    decode: (raw, options = {}) => decodeBlocks(reading, raw, options),
    ...(form === undefined
      ? {}
      : { answer: (query, orders, unknown) => answerBlocks(form, charset, query, orders, unknown) }),
    ...(form?.download === true
      ? { download: (orders: readonly OrderForAnalyzer[]) => answerBlocks(form, charset, undefined, orders, []) }
      : {}),
  };
}

function roleOf(definition: BlockDefinition): (text: string) => BlockRole {
  const roles = definition.roles.map((each) => ({ regex: new RegExp(each.matches, 's'), is: each.is }));
  return (text) => roles.find((each) => each.regex.test(text))?.is ?? 'record';
}

function rulesOf(definition: BlockDefinition, role: BlockRules['role']): BlockRules {
  const { charset, check, confirmsOrders, thanks, nothing, layouts } = definition;
  const queries = layouts.filter((layout) => layout.is === 'query').map((layout) => new RegExp(layout.pattern, 's'));
  return {
    check,
    role,
    ...(thanks === undefined ? {} : { thanks: encodeText(thanks, charset) }),
    ...(nothing === undefined ? {} : { nothing: encodeText(nothing, charset) }),
    confirmsOrders,
    answers: (query, text) => {
      // only where an analyzer polls may another order be under way
      if (nothing === undefined || text === nothing) return true;
      const accession = queries.map((regex) => regex.exec(query)?.groups?.['accession']?.trim()).find(Boolean);
      return accession === undefined || text.includes(accession);
    },
  };
}
