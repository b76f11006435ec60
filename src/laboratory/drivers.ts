import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue, driverById } from '../../drivers/catalogue.ts';
import type { Driver } from '../../drivers/driver.ts';
import { driverFromData } from '../../drivers/load.ts';

/** The drivers this laboratory can use: those that ship, and those written as data under its data folder. */
export interface DriverCatalogue {
  byId(id: string): Driver | undefined;
  all(): readonly Driver[];
  /** Take in a driver that was written just now; one of the same name in the data folder gives way. */
  add(driver: Driver): void;
  /** Site drivers that could not be read: file and reason. */
  readonly problems: readonly { readonly file: string; readonly detail: string }[];
}

/** Where site drivers live: `<data folder>/drivers/<vendor>/<model>/driver.json`. */
export const siteDriverFolder = (dataFolder: string): string => join(dataFolder, 'drivers');

/**
 * Open the catalogue. A site driver never takes the name of one that ships: what the wire says must not change its
 * meaning because a file lies somewhere. Without a data folder only those that ship.
 */
export function openDriverCatalogue(dataFolder?: string): DriverCatalogue {
  const site = new Map<string, Driver>();
  const problems: { file: string; detail: string }[] = [];
  for (const file of dataFolder === undefined ? [] : driverFiles(siteDriverFolder(dataFolder))) {
    try {
      const driver = driverFromData(JSON.parse(readFileSync(file, 'utf8')));
      if (driverById(driver.id) === undefined) site.set(driver.id, driver);
      else problems.push({ file, detail: `${driver.id} ships with the product` });
    } catch (thrown) {
      const detail = thrown instanceof Error ? thrown.message.replaceAll(/\s+/g, ' ').slice(0, 300) : 'unreadable';
      problems.push({ file, detail });
    }
  }
  return {
    byId: (id) => driverById(id) ?? site.get(id),
    all: () => [...catalogue, ...site.values()],
    add: (driver) => void site.set(driver.id, driver),
    problems,
  };
}

function driverFiles(folder: string): string[] {
  return foldersIn(folder)
    .flatMap((vendor) => foldersIn(join(folder, vendor)).map((model) => join(folder, vendor, model, 'driver.json')))
    .filter((file) => existsSync(file));
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
