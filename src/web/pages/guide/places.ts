import type { GuideStep } from '../../../api/guide/steps.ts';
import type { PageName } from '../../first/addresses.ts';

/** The page a step is done on; the rest is done in lab.yaml, in the account, or on the machine itself. */
export const placeOf: Readonly<Partial<Record<GuideStep, PageName>>> = {
  catalogue: 'catalogue',
  people: 'users',
  analyzer: 'analyzers',
  order: 'register',
  result: 'results',
  recipient: 'deliveries',
};

/** What to write into lab.yaml. */
export const examples: Readonly<Partial<Record<GuideStep, string>>> = {
  laboratory: `lab:
  id: "24001"
  name: Khoa Xét nghiệm
  hospital: Bệnh viện Đa khoa huyện …
  address: …
  phone: …
  logo: logo.png`,
  analyzer: `analyzers:
  - { id: xn-1,   driver: sysmex/xn-1000,   tcp: { listen: 6001, host: 0.0.0.0, from: [10.0.0.0/24] } }
  - { id: c311-1, driver: roche/cobas-c311, serial: { path: /dev/ttyUSB0, baudRate: 9600 } }`,
  recipient: `recipients:
  - { id: his, name: HIS, hl7: { connect: "10.0.0.2:6661" } }
  - { id: emr, name: EMR, fhir: { url: "https://…/fhir" } }`,
};
