import { abbottArchitect } from './abbott/architect/driver.ts';
import type { Driver } from './driver.ts';
import { mindrayBc5380 } from './mindray/bc-5380/driver.ts';
import { mindrayBsSeries } from './mindray/bs-series/driver.ts';
import { rocheCobasC311 } from './roche/cobas-c311/driver.ts';
import { siemensRapidlab348 } from './siemens/rapidlab-348/driver.ts';
import { sysmexXn1000 } from './sysmex/xn-1000/driver.ts';

/** Every driver that ships. A new analyzer is one folder and one line here. */
export const catalogue: readonly Driver[] = [
  abbottArchitect,
  mindrayBc5380,
  mindrayBsSeries,
  rocheCobasC311,
  siemensRapidlab348,
  sysmexXn1000,
];

const byId = new Map(catalogue.map((driver) => [driver.id, driver]));

/** The driver `vendor/model`; undefined when none ships under that name. */
export function driverById(id: string): Driver | undefined {
  return byId.get(id);
}
