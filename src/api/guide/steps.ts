import type { Laboratory } from '../../laboratory/context.ts';
import type { UserDoc } from '../../store/documents.ts';
import type { Right } from '../rights.ts';
import type { Services } from '../services.ts';

/** What a step of the guide found, as words and numbers for the page. */
export type Facts = Readonly<Record<string, string | number>>;

interface Found {
  readonly done: boolean;
  readonly facts: Facts;
}

interface Step {
  readonly step: string;
  /** Who can do it; nobody else is shown it. */
  readonly right: Right;
  /** Nothing in the store can show that it is done (also): a person says so. */
  readonly confirmable: boolean;
  readonly look: (services: Services, me: UserDoc) => Found | Promise<Found>;
}

/** The way from an empty store to the first report at the EMR, in the order one goes it. */
export const guideSteps = [
  {
    step: 'account',
    right: 'laboratory.setUp',
    confirmable: false,
    look: (_services, me) => ({ done: me.totp?.confirmed === true, facts: { username: me._id } }),
  },
  { step: 'laboratory', right: 'laboratory.setUp', confirmable: false, look: ({ lab }) => letterhead(lab) },
  { step: 'catalogue', right: 'catalogue.edit', confirmable: true, look: ({ lab }) => catalogue(lab) },
  { step: 'people', right: 'users.manage', confirmable: false, look: ({ lab }) => people(lab) },
  { step: 'analyzer', right: 'laboratory.setUp', confirmable: false, look: analyzers },
  { step: 'order', right: 'specimens.register', confirmable: false, look: ({ lab }) => firstOrder(lab) },
  { step: 'result', right: 'results.verify', confirmable: false, look: ({ lab }) => firstReport(lab) },
  { step: 'recipient', right: 'recipients.add', confirmable: false, look: ({ lab }) => recipients(lab) },
  {
    step: 'backup',
    right: 'laboratory.setUp',
    confirmable: true,
    look: ({ lab }) => ({
      done: false,
      facts: { store: lab.config.store !== undefined && 'mongodb' in lab.config.store ? 'mongodb' : 'embedded' },
    }),
  },
] as const satisfies readonly Step[];

export type GuideStep = (typeof guideSteps)[number]['step'];

/** The head of the printed report: a hospital's name and address stand there only when lab.yaml gives them. */
function letterhead({ config }: Laboratory): Found {
  const { id, name, hospital, address, phone, logo } = config.lab;
  return {
    done: hospital !== undefined && address !== undefined,
    facts: {
      id,
      name,
      ...(hospital === undefined ? {} : { hospital }),
      ...(address === undefined ? {} : { address }),
      ...(phone === undefined ? {} : { phone }),
      ...(logo === undefined ? {} : { logo }),
    },
  };
}

const ownKinds = ['analyte', 'panel', 'range', 'delta'] as const;

/** The starting catalogue is version 1 throughout: what is newer, a person changed or imported. */
function catalogue({ catalogue: view }: Laboratory): Found {
  const changed = ownKinds.flatMap((kind) => view.ofKind(kind)).filter((entry) => entry.version > 1).length;
  return {
    done: changed > 0,
    facts: { analytes: view.analytes().length, panels: view.panels().length, changed },
  };
}

async function people({ collections, config }: Laboratory): Promise<Found> {
  const all = await collections.users.find({}).toArray();
  const count = (...roles: readonly UserDoc['role'][]): number =>
    all.filter((each) => each.disabled !== true && roles.includes(each.role)).length;
  const technicians = count('technician', 'senior-technician');
  const doctors = count('doctor');
  const releases = config.verification.length > 1;
  return {
    done: releases ? technicians > 0 && doctors > 0 : technicians + doctors > 0,
    facts: { technicians, doctors, levels: config.verification.length },
  };
}

/** Defined is not enough: a line is there when something has connected. */
function analyzers({ lines }: Services): Found {
  const all = lines.list();
  const connected = all.filter((line) => line.state !== 'down').length;
  const heard = all.filter((line) => (line.lastReceivedAt ?? null) !== null).length;
  return { done: connected + heard > 0, facts: { defined: all.length, connected } };
}

async function firstOrder({ collections }: Laboratory): Promise<Found> {
  const any = await collections.specimens.findOne({}, { projection: { _id: 1 } });
  return { done: any !== null, facts: {} };
}

async function firstReport({ collections }: Laboratory): Promise<Found> {
  const any = await collections.reports.findOne({}, { projection: { _id: 1 } });
  return { done: any !== null, facts: {} };
}

async function recipients({ collections }: Laboratory): Promise<Found> {
  const count = await collections.recipients.countDocuments({});
  return { done: count > 0, facts: { count } };
}
