/** The arrows of the house: protocols <- drivers <- src, protocols <- simulators, test -> all. */
module.exports = {
  forbidden: [
    {
      name: 'protocols-stand-alone',
      severity: 'error',
      comment: 'protocols are pure: bytes in, events out; no package, no node module, no other room',
      from: { path: '^protocols/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^protocols/' },
    },
    {
      name: 'drivers-know-protocols-only',
      severity: 'error',
      comment: 'a driver is a value that says what bytes mean; it never reaches the product that uses it',
      from: { path: '^drivers/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(src|simulators|test)/' },
    },
    {
      name: 'simulators-know-protocols-and-drivers',
      severity: 'error',
      comment: 'a simulator is the far end of the wire: it must not share the product it tests',
      from: { path: '^simulators/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(src|test)/' },
    },
    {
      name: 'domain-imports-nothing',
      severity: 'error',
      comment: 'laboratory rules are pure functions over plain values; Decimal arithmetic is the one package',
      from: { path: '^src/domain/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^src/domain/|node_modules/(decimal\\.js|@lhncbc|luxon)/' },
    },
    {
      name: 'rxjs-in-the-pipeline-only',
      severity: 'error',
      comment: 'streams stay in one room; everything else is functions and promises',
      from: { pathNot: '^(src/pipeline/|test/)' },
      to: { path: 'node_modules/rxjs' },
    },
    {
      name: 'store-engines-behind-the-store',
      severity: 'error',
      comment: 'nobody outside src/store may know which engine is behind it',
      from: { pathNot: '^(src/store/|test/)' },
      to: { path: 'node_modules/(mongodb|lmdb|mingo)' },
    },
    {
      name: 'nothing-needs-tests',
      severity: 'error',
      comment: 'tests may look at everything, nothing may look at tests',
      from: { pathNot: '^test/|\\.test\\.ts$' },
      to: { path: '^test/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'two files that need each other are one file, or three',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/web/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: false,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
