import { answerAstm } from './definition/answer-astm.ts';
import { compileAstm } from './definition/astm-compile.ts';
import { type AstmHooks, decodeAstm } from './definition/astm-decode.ts';
import { identityOf } from './definition/identity.ts';
import { recogniseRecords } from './definition/recognise-records.ts';
import { type AstmDefinitionInput, astmSchema } from './definition/schema.ts';
import type { DecodeOptions, Driver, OrderForAnalyzer } from './driver.ts';

export { defineBlockDriver } from './definition/define-blocks.ts';
export { defineDelimitedDriver } from './definition/define-delimited.ts';
export { defineHl7Driver } from './definition/define-hl7.ts';

/**
 * A driver of an analyzer that speaks E1394 / LIS02 records. The definition is plain data and checked here (throws a
 * ZodError with the path of what is wrong); `hooks` is one-off code that stays with the driver.
 */
export function defineAstmDriver(input: AstmDefinitionInput, hooks: AstmHooks = {}): Driver {
  const definition = astmSchema.parse(input);
  const rules = compileAstm(definition);
  const { charset, link, answer: form, download } = definition;
  const settings = { charset, maxFrame: link?.maxFrame };
  return {
    ...identityOf(definition),
    recognise: recogniseRecords('astm', definition.recognise),
    decode: (raw, options: DecodeOptions = {}) => decodeAstm(rules, raw, settings, options, hooks),
    ...(form === undefined
      ? {}
      : {
          answer: (query, orders, unknown, _raw, context) => answerAstm(form, charset, query, orders, unknown, context),
        }),
    ...(form === undefined || download === undefined
      ? {}
      : {
          download: (orders: readonly OrderForAnalyzer[], context) => {
            const order = { ...form.order, ...download.order };
            const header = { ...form.header, ...download.header };
            return answerAstm({ ...form, header, order }, charset, undefined, orders, [], context);
          },
        }),
  };
}
