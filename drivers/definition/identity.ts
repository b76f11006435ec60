import type { Driver } from '../driver.ts';
import type { AstmDefinition, Hl7Definition } from './schema.ts';
import type { BlockDefinition, DelimitedDefinition } from './schema-text.ts';

/** What a driver says of itself, out of its definition. */
export function identityOf(
  definition: AstmDefinition | Hl7Definition | DelimitedDefinition | BlockDefinition,
): Omit<Driver, 'recognise' | 'decode' | 'acknowledge' | 'answer' | 'download'> {
  const { id, vendor, model, alsoSoldAs, section, evidence, sources, protocol, transports, link } = definition;
  const { tcp, serial } = definition.transportDefaults;
  return {
    id,
    vendor,
    model,
    ...(alsoSoldAs === undefined ? {} : { alsoSoldAs }),
    section,
    evidence,
    sources: sources.map(withoutAbsent),
    protocol,
    transports,
    transportDefaults: {
      ...(tcp === undefined ? {} : { tcp: withoutAbsent(tcp) }),
      ...(serial === undefined ? {} : { serial }),
    },
    ...(link === undefined ? {} : { link: withoutAbsent(link) }),
    charset: definition.charset,
    capabilities: definition.capabilities,
    codes: definition.codes.map(withoutAbsent),
    quirks: definition.quirks,
    ...(definition.flagWords === undefined ? {} : { flagWords: definition.flagWords }),
  };
}

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** A copy without keys whose value is undefined, so that optional means absent. */
export function withoutAbsent<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Present<T>;
}
