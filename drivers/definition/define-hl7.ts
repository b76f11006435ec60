import { extractBlocks } from '../../protocols/hl7v2/extract.ts';
import type { AnswerContext, DecodeOptions, Driver, OrderForAnalyzer } from '../driver.ts';
import { acknowledgeFor } from './acknowledge-hl7.ts';
import { answerZ02 } from './answer-cepheid.ts';
import { answerLaw, type LawFacts, orderMessages } from './answer-law.ts';
import { answerOrr, answerQck, type QueryFacts } from './answer-mindray.ts';
import { encodeText } from './charset.ts';
import { compileHl7 } from './hl7-compile.ts';
import { decodeHl7, type Hl7Hooks } from './hl7-decode.ts';
import { viewHl7Message } from './hl7-view.ts';
import { identityOf } from './identity.ts';
import { recogniseRecords } from './recognise-records.ts';
import { type Hl7Definition, type Hl7DefinitionInput, hl7Schema } from './schema.ts';

/**
 * A driver of an analyzer that speaks HL7 v2. The definition is plain data and checked here (throws a ZodError with the
 * path of what is wrong); `hooks` is one-off code that stays with the driver.
 */
export function defineHl7Driver(input: Hl7DefinitionInput, hooks: Hl7Hooks = {}): Driver {
  const definition = hl7Schema.parse(input);
  const rules = compileHl7(definition);
  const { charset } = definition;
  return {
    ...identityOf(definition),
    recognise: recogniseRecords('hl7v2', definition.recognise),
    decode: (raw, options: DecodeOptions = {}) => decodeHl7(rules, raw, charset, options, hooks),
    acknowledge: acknowledgeFor(definition),
    ...(definition.answer === undefined
      ? {}
      : {
          answer: (_query, orders, _unknown, raw, context) =>
            answerTexts(definition, queryFacts(raw, charset), orders, context).map((text) => encodeText(text, charset)),
        }),
    ...(definition.answer === 'ihe-law'
      ? {
          download: (orders, context) =>
            orderMessages(orders, lawFacts(definition, ''), context).map((text) => encodeText(text, charset)),
        }
      : {}),
  };
}

function answerTexts(
  definition: Hl7Definition,
  query: QueryFacts,
  orders: readonly OrderForAnalyzer[],
  context: AnswerContext,
): string[] {
  switch (definition.answer) {
    case 'mindray-orr':
      return answerOrr(query, orders, identityOf(definition).codes, context);
    case 'mindray-qck-dsr':
      return answerQck(query, orders, context);
    case 'ihe-law':
      return answerLaw(query, orders, lawFacts(definition, query.text('MSH', 3)), context);
    case 'cepheid-z02':
      return answerZ02(query, orders, context);
    case undefined:
      return [];
    default:
      return definition.answer satisfies never;
  }
}

function lawFacts(definition: Hl7Definition, analyzer: string): LawFacts {
  return {
    codingSystem: definition.codingSystem ?? '',
    analyzer,
    roche: definition.rocheExtension,
    manager: definition.dataManager,
  };
}

/** The query's first message, looked into where an answer repeats it. */
function queryFacts(raw: Uint8Array, charset: string): QueryFacts {
  const text = extractBlocks(raw).messages[0];
  const message = text === undefined ? undefined : viewHl7Message(text, charset).message;
  return {
    controlId: message?.controlId ?? '',
    charset: message?.header?.field(18).raw ?? '',
    segment: (name) => (message?.segment(name)?.raw ?? name).replace(/\|+$/, ''),
    text: (name, field, component) => {
      const found = message?.segment(name)?.field(field);
      return (component === undefined ? found?.text : found?.component(component).text) ?? '';
    },
  };
}
