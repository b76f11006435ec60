import type { Driver } from '../../drivers/driver.ts';
import { isoNow, type Laboratory } from '../laboratory/context.ts';
import type { CatalogueHistoryDoc, MappingDoc } from '../store/documents.ts';

/**
 * When a line is added, its driver's code map is copied into the catalogue as revision 1; from then on only the
 * catalogue maps, and a person changes it. Done once for a line and driver. Codes that the site defines itself are not in
 * the driver's map: they are held until someone maps them.
 */
export async function proposeMappings(lab: Laboratory): Promise<void> {
  let added = false;
  for (const line of lab.config.analyzers) {
    const driver = lab.drivers.byId(line.driver);
    if (driver === undefined) continue;
    const mark = `mappings/${line.id}/${driver.id}`;
    if ((await lab.collections.counters.findOne({ _id: mark })) !== null) continue;
    const mappings = mappingsOf(lab, line.id, driver);
    if (mappings.length > 0) await write(lab, mappings);
    await lab.collections.counters.updateOne({ _id: mark }, { $set: { value: mappings.length } }, { upsert: true });
    added = true;
  }
  if (added) await lab.catalogue.reload();
}

function mappingsOf(lab: Laboratory, line: string, driver: Driver): MappingDoc[] {
  return driver.codes
    .filter((code) => lab.catalogue.analyte(code.analyte) !== undefined)
    .map((code) => ({
      kind: 'mapping',
      _id: mappingId(line, code.hostCode),
      analyzer: line,
      hostCode: code.hostCode,
      analyte: code.analyte,
      ...(code.orderCode === undefined ? {} : { orderCode: code.orderCode }),
      ...(code.unit === undefined || code.unit === '' ? {} : { unit: code.unit }),
      version: 1,
    }));
}

/** `mapping/<line>/<host code>` */
export function mappingId(line: string, hostCode: string): string {
  return `mapping/${line}/${hostCode}`;
}

async function write(lab: Laboratory, mappings: readonly MappingDoc[]): Promise<void> {
  const at = isoNow(lab);
  await lab.collections.catalogue.bulkWrite(
    mappings.map(({ _id, ...rest }) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true },
    })),
  );
  const history = mappings.map((after): CatalogueHistoryDoc => {
    return { _id: `${after._id}@1`, entry: after._id, version: 1, at, by: 'system', before: null, after };
  });
  await lab.collections.catalogueHistory.bulkWrite(
    history.map(({ _id, ...rest }) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true },
    })),
  );
}
