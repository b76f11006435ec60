import { defineAstmDriver } from '../../define.ts';
import { codeMap } from '../../definition/code-map.ts';
import { sysmexCountCodes, sysmexFlagWords, sysmexHematology } from '../../families/sysmex.ts';

const capture = 'corpus senaite.astm/sysmex_xp100.astm, R.3.5';

export const sysmexXp300 = defineAstmDriver({
  id: 'sysmex/xp-300',
  vendor: 'Sysmex',
  model: 'XP-100 / XP-300',
  alsoSoldAs: ['XP-100', 'XP-300'],
  section: 'hematology',
  evidence: 'capture',
  sources: [
    {
      title: 'Capture of an XP-100: twenty parameters, values padded with blanks',
      page: 'senaite/senaite.astm b701c18, sysmex_xp100.astm',
    },
    { title: 'Field facts of the XP series', page: 'analyzers.md A1, row Sysmex XP-100/300' },
  ],
  protocol: 'astm',
  transports: ['serial', 'tcp'],
  transportDefaults: {
    serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    tcp: { role: 'listen' },
  },
  charset: 'latin1',
  capabilities: ['results', 'qc'],
  recognise: [{ when: [{ at: 'H.5.1', matches: '^XP-[13]00$' }], score: 90 }],
  ...sysmexHematology,
  codes: [
    ...sysmexCountCodes(capture),
    ...codeMap(`${capture}: three-part differential`, [
      ['LYM#', 'LYMPH#', '10*3/uL'],
      ['LYM%', 'LYMPH%', '%'],
      ['MXD#', 'MID#', '10*3/uL'],
      ['MXD%', 'MID%', '%'],
      ['NEUT#', 'NEUT#', '10*3/uL'],
      ['NEUT%', 'NEUT%', '%'],
    ]),
  ],
  flagWords: sysmexFlagWords,
  quirks: [
    {
      name: 'valuesPaddedWithBlanks',
      why: 'values and the operator field are padded with blanks; the value is what stands between them',
      source: 'senaite.astm/sysmex_xp100: `|  5.5|`, R.11 fifteen blanks',
      vector: 'results.json',
    },
    {
      name: 'noResultStatus',
      why: 'R.9 is empty: nothing says final or preliminary',
      source: 'senaite.astm/sysmex_xp100',
      vector: 'results.json',
    },
    {
      name: 'mixedCells',
      why: 'MXD# and MXD% are monocytes, eosinophils and basophils together: cells of middle size, no differential',
      source: 'senaite.astm/sysmex_xp100: `^^^^MXD%^1`',
      vector: 'results.json',
    },
  ],
});
