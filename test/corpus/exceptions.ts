/**
 * What the corpus test lets pass, each with its reason. Both lists must stay exact: an entry that no longer applies
 * fails the test, so that a new driver takes its files off the first list.
 */

/** Captures that no driver claims, by the beginning of their path. */
export const unclaimed: Readonly<Record<string, string>> = {
  // the host's side of a conversation: nothing an analyzer says
  'AnalizadoresInterface/host-ACK-': 'host: acknowledgements',
  'AnalizadoresInterface/wiener-autoanalyzer-host-': 'host: answers to queries',
  'AnalizadoresInterface/wiener-cm260-host-': 'host: answers to queries',
  'MindrayCL1000i/mindray-cl1000i-ACK-': 'host: acknowledgements',
  'MindrayCL1000i/mindray-cl1000i-DSR-': 'host: answers to queries',
  'MindrayCL1000i/mindray-cl1000i-QCK-': 'host: answers to queries',
  'astm_general/host-order-to-': 'host: orders',
  'astm_general/ortho-vitros3600-order-download-': 'host: orders',
  'idx-34154439266-biosystems-ba200-orders/host-OML-': 'host: orders',
  'idx-58002900655-mindray-bc5150-log/host-': 'host: answers',
  'limsmw/host-ACK-': 'host: acknowledgements',
  'lis/host-orders-to-immulite-': 'host: orders',
  'mindray-astm-manual/mindray-astm-SA-order': 'host: orders',
  'mindray-astm-manual/mindray-astm-QA-not-found': 'host: answers to queries',
  'tgenaux-ASTM-LIS/minimal-order': 'host: orders',
  // no analyzer of a laboratory of ours
  'hapi-hl7v2/': 'examples of the HL7 standard and of an interface engine',
  'node-hl7-complete/': 'records of hospital systems',
  'python-hl7/': 'made for the tests of a library, without an analyzer',
  'tgenaux-ASTM-LIS/hl7org-': 'examples of the HL7 standard',
  'Ruby-ASTM/esr-analyzer-binary': 'a binary protocol of an unnamed maker: no text, no known layout',
  'senaite.astm/mini_vidas': 'bioMerieux BCI: another protocol than those three',
  // analyzers without a driver
  'AnalizadoresInterface/human-sphera-': 'Human Sphera: no driver',
  'AnalizadoresInterface/mindray-bc6000-': 'Mindray BC-6000: no driver',
  'AnalizadoresInterface/mindray-labxpert-': 'Mindray labXpert: no driver',
  'AnalizadoresInterface/rayto-': 'Rayto Hemaray: no driver',
  'AnalizadoresInterface/sysmex-uwam-': 'Sysmex U-WAM: no driver',
  'AnalizadoresInterface/wiener-autoanalyzer-ORU': 'Wiener: no driver',
  'AnalizadoresInterface/wiener-autoanalyzer-QRY': 'Wiener: no driver',
  'AnalizadoresInterface/wiener-cm260-ORU': 'Wiener CM260: no driver',
  'AnalizadoresInterface/wiener-cm260-Q': 'Wiener CM260: no driver',
  'MaglumiX3/thermo-indiko-': 'Thermo Indiko: no driver',
  'Ruby-ASTM/erba-em200-': 'Erba EM200: no driver',
  'Ruby-ASTM/roche-e411-': 'Roche cobas e411: no driver',
  'Ruby-ASTM/stago-': 'Stago STA Satellite: no driver',
  'Ruby-ASTM/sysmex-xn550-': 'Sysmex XN-L: no driver',
  'astm_general/erba-xl1000-': 'Erba XL-1000: no driver',
  'astm_general/horiba-': 'Horiba Yumizen: no driver',
  'astm_general/ortho-vitros3600-host-query': 'Ortho Vitros 3600: no driver',
  'astm_general/ortho-vitros3600-result-': 'Ortho Vitros 3600: no driver',
  'felicity-astm/': 'Roche cobas 6800: no driver',
  'genexpert-lis-spec/': 'Cepheid GeneXpert: no driver',
  'getresults-astm/': 'Roche PSM: no driver',
  'go-astm/biorad-': 'Bio-Rad IH: blood grouping, no driver',
  'go-astm/horiba-': 'Horiba Yumizen: no driver',
  'go-astm/immucor-': 'Immucor Neo: blood grouping, no driver',
  'go-astm/rvt-': 'RVT: blood grouping, no driver',
  'idx-14351133097-roche-modular-elecsys-L3/': 'Roche Modular, Elecsys: no driver',
  'idx-23040322236-lab-prod-log-mixed/': 'Beckman Access, Mindray BS over ASTM, Maglumi: no driver',
  'idx-34154439266-biosystems-ba200-orders/biosystems-': 'BioSystems: no driver',
  'idx-34341501983-biosystems-ba200/': 'BioSystems: no driver',
  'idx-41185245353-abbott-alinity-syphilis/': 'Abbott Alinity: no driver',
  'idx-45141325204-abbott-alinity-ci/': 'Abbott Alinity: no driver',
  'idx-57005219371-roche-x800-dm-law/': 'Roche cobas x800 data manager: no driver',
  'idx-58405119787-nihonkohden-mek7300/': 'Nihon Kohden MEK: no driver',
  'iris-astm-sample/': 'Iris SAT: no driver',
  'limsmw/biosystems-': 'BioSystems: no driver',
  'lis/immulite-': 'Siemens Immulite: no driver',
  'mindray-astm-manual/mindray-astm-PR-': 'Mindray BS over ASTM: no driver',
  'mindray-astm-manual/mindray-astm-QR-': 'Mindray BS over ASTM: no driver',
  'mindray-astm-manual/mindray-astm-RQ-': 'Mindray BS over ASTM: no driver',
  'openelisglobal-plugins/': 'Cepheid GeneXpert: no driver',
  'python-astm/': 'OmniLab: no driver',
  'senaite.astm/abbott_afinion2': 'Abbott Afinion: no driver',
  'senaite.astm/cobas_c111': 'Roche cobas c111: no driver',
  'senaite.astm/dca_vantage': 'Siemens DCA Vantage: no driver',
  'senaite.astm/genexpert': 'Cepheid GeneXpert: no driver',
  'senaite.astm/sysmex_xn550': 'Sysmex XN-L: no driver',
  'senaite.astm/sysmex_xp100': 'Sysmex XP: no driver',
  'senaite.astm/yumizen_h500': 'Horiba Yumizen: no driver',
  'tgenaux-ASTM-LIS/ortho-vision-': 'Ortho Vision: blood grouping, no driver',
};

/** Claimed captures where records that bear a value and observations do not number the same. */
export const otherCounts: Readonly<
  Record<string, { readonly records: number; readonly observations: number; readonly why: string }>
> = {
  'MindrayCL1000i/mindray-cl1000i-ORU-R01-qc-1.hl7': {
    records: 0,
    observations: 1,
    why: 'a QC value stands in OBR fields; there is no OBX',
  },
  'idx-4848046403-abbott-architect-i1000sr/architect-i1000sr-bhcg-diluted-1-15.astm': {
    records: 3,
    observations: 0,
    why: 'the edited accession broke a checksum: the frame is refused and the message held',
  },
  'idx-4848046403-abbott-architect-i1000sr/architect-i1000sr-bhcg-over-range.astm': {
    records: 3,
    observations: 0,
    why: 'the edited accession broke a checksum: the frame is refused and the message held',
  },
};
