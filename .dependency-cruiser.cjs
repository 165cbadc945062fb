// The floors of architecture.md: base ← wire ← identity ← books ← witness ← rule sets ← engine ← client, daemon ← nodes.
// Lower never imports higher, brothers don't import each other, and a type import counts like any other.

const LOWER_CORE = ['base', 'wire', 'identity', 'books', 'witness'];
/** The one port that the core names: what a signature check asks for. Interfaces only, so the core stays pure. */
const SIGNATURES_PORT = '^src/ports/signatures[.]ts$';
/** What the labor and the ledger rules share: reading a labor record and its hours. */
const SHARED_BY_RULES = 'labor-record';
const NOT_RULE_SETS = [...LOWER_CORE, SHARED_BY_RULES, 'sync', 'files'].join('|');

/** What each folder of ours may import (`$1` is the folder that `from` captured); whatever is not listed here has no rule and fails `unknown-floor`. */
const FLOORS = [
  { from: '^src/core/base/', to: ['^src/core/base/'] },
  { from: '^src/core/wire/', to: ['^src/core/(base|wire)/', SIGNATURES_PORT] },
  { from: '^src/core/identity/', to: ['^src/core/(base|wire|identity)/', SIGNATURES_PORT] },
  { from: '^src/core/books/', to: ['^src/core/(base|wire|identity|books)/', SIGNATURES_PORT] },
  { from: '^src/core/witness/', to: [`^src/core/(${LOWER_CORE.join('|')})/`, SIGNATURES_PORT] },
  { from: '^src/core/sync/', to: ['^src/core/(base|wire|books|sync)/'] },
  { from: '^src/core/files/', to: ['^src/core/(base|wire|identity|books|files)/', SIGNATURES_PORT] },
  {
    from: `^src/core/${SHARED_BY_RULES}/`,
    to: [`^src/core/(${LOWER_CORE.join('|')}|${SHARED_BY_RULES})/`, SIGNATURES_PORT],
  },
  {
    from: `^src/core/(?!(?:${NOT_RULE_SETS})/)([^/]+)/`,
    to: [`^src/core/(${LOWER_CORE.join('|')}|${SHARED_BY_RULES})/`, '^src/core/$1/', SIGNATURES_PORT],
  },
  { from: '^src/ports/', to: ['^src/ports/', '^src/core/(base|wire|identity)/'] },
  {
    from: '^src/adapters/(?!http-server/)([^/]+)/',
    to: [
      '^src/adapters/$1/',
      '^src/ports/',
      '^src/core/base/',
      '^src/core/wire/tags[.]ts$',
      '^src/core/identity/ed25519-strict[.]ts$',
    ],
  },
  { from: '^src/adapters/http-server/', to: ['^src/adapters/http-server/', '^src/(ports|api)/', '^src/core/base/'] },
  { from: '^src/engine/', to: ['^src/engine/', '^src/core/', '^src/ports/'] },
  { from: '^src/api/', to: ['^src/api/', '^src/core/', '^src/ports/'] },
  { from: '^src/client/', to: ['^src/client/', '^src/(engine|core|ports|adapters|api)/'] },
  { from: '^src/daemon/', to: ['^src/daemon/', '^src/(client|engine|core|ports|adapters|api)/'] },
  { from: '^src/testing/', to: ['^src/', '^test/(contract|simulation|support)/'] },
  { from: '^src/[^/]+[.]ts$', to: ['^src/core/', '^src/ports/'] },
  { from: '^nodes/shared/', to: ['^nodes/shared/', '^src/(?!core/|engine/)'] },
  { from: '^nodes/(cli|dashboard)/', to: ['^nodes/$1/', '^nodes/shared/', '^src/api/'] },
  {
    from: '^nodes/(?!(?:shared|cli|dashboard)/)([^/]+)/',
    to: ['^nodes/$1/', '^nodes/shared/', '^src/(client|daemon|api|ports)/'],
  },
];

const floorRules = FLOORS.map(({ from, to }, index) => ({
  name: `floor-${index}-${from.replaceAll(/[^a-z/]+/g, '')}`,
  comment: `${from} may import only ${to.join(' ')} of our own folders.`,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|nodes|test|scripts|proto)/', pathNot: to },
}));

module.exports = {
  forbidden: [
    ...floorRules,
    {
      name: 'unknown-floor',
      comment: 'A folder that no floor names: give it one here.',
      severity: 'error',
      from: { path: '^(src|nodes)/', pathNot: FLOORS.map(({ from }) => from) },
      to: {},
    },
    {
      name: 'no-cycle',
      comment: 'Modules that need each other are one module; move what both need to a lower one.',
      severity: 'error',
      from: { path: '^(src|nodes|test|scripts|proto)/' },
      to: { circular: true },
    },
    {
      name: 'no-unresolved',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-development-package',
      comment: 'What is published may import only `dependencies`.',
      severity: 'error',
      from: { path: '^(src|nodes)/', pathNot: '^(src/testing|nodes/dashboard)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'core-packages',
      comment: 'The core is pure: hashing, codecs and the wire library, nothing else.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: {
        path: 'node_modules/',
        pathNot: 'node_modules/(@noble/(hashes|curves)|multiformats|uint8arrays|protobufjs)/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    moduleSystems: ['es6'],
  },
};
