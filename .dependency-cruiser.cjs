// Who may import whom. This table is the rule; everything below turns it into dependency-cruiser's form.
//
//   imports  folders of src/ whose modules may be imported, besides the folder's own
//   types    folders of which only the types may be imported (`import type`)
//   ports    true: any folder's ports.ts may be imported
//   npm      npm packages that may be imported; without it, any that package.json lists under "dependencies"
//   node     false: no node: module may be imported
//
// What stands directly in src/ (main.ts and the commands beside it) wires everything, and nothing imports it.

/** @type {Record<string, { imports: string[], types?: string[], ports?: boolean, npm?: string[], node?: boolean }>} */
const importTable = {
  engine: { imports: [], npm: [], node: false },
  definitions: { imports: ['engine', 'platform'] },
  runtime: { imports: ['engine', 'definitions', 'platform'] },
  store: { imports: ['platform'], types: ['engine'], ports: true },
  jobs: { imports: ['runtime', 'client', 'platform'], types: ['contract'] },
  adapters: { imports: ['jobs', 'platform'] },
  identity: { imports: ['contract', 'platform'], types: ['runtime'] },
  events: { imports: ['runtime', 'platform'] },
  contract: { imports: [], npm: ['zod'], node: false },
  webhooks: { imports: ['runtime', 'events', 'platform'] },
  facade: { imports: ['contract', 'runtime', 'identity', 'events', 'webhooks', 'platform'] },
  client: { imports: ['contract'] },
  cli: { imports: ['client', 'contract', 'platform'] },
  console: { imports: [], types: ['contract'], npm: [], node: false },
  platform: { imports: [] },
  'simulated-backend': { imports: ['platform'] },
};

const folders = Object.keys(importTable);
const anyOf = (names) => `(${names.join('|')})`;
const inFolders = (names) => `^src/${anyOf(names)}/`;
const nodeModules = '(^|/)node_modules/';

/** Modules of src/ that a folder must not import at all: neither its own, nor granted by the table. */
function forbiddenFolders(folder, { imports, types = [], ports = false }) {
  const granted = inFolders([folder, ...imports, ...types]);
  return {
    name: `${folder}-imports-only-its-row`,
    comment: `src/${folder} imports what its row in the table of .dependency-cruiser.cjs grants.`,
    severity: 'error',
    from: { path: `^src/${folder}/` },
    to: { path: '^src/', pathNot: ports ? [granted, '^src/[^/]+/ports\\.ts$'] : [granted] },
  };
}

function typesOnly(folder, { types = [] }) {
  if (types.length === 0) return [];
  return [
    {
      name: `${folder}-imports-only-types`,
      comment: `Of ${types.join(', ')}, src/${folder} imports types and no code.`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: inFolders(types), dependencyTypesNot: ['type-only'] },
    },
  ];
}

function forbiddenPackages(folder, { npm }) {
  if (npm === undefined) return [];
  return [
    {
      name: `${folder}-imports-no-other-package`,
      comment: `src/${folder} imports ${npm.length === 0 ? 'no npm package' : `only ${npm.join(', ')}`}.`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: {
        dependencyTypes: [
          'npm',
          'npm-dev',
          'npm-optional',
          'npm-peer',
          'npm-no-pkg',
          'npm-unknown',
          'unknown',
        ],
        pathNot: npm.map((name) => `${nodeModules}${name}/`),
      },
    },
  ];
}

function forbiddenNode(folder, { node = true }) {
  if (node) return [];
  return [
    {
      name: `${folder}-imports-no-node-module`,
      comment: `src/${folder} runs anywhere and does the same everywhere: no node: module.`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { dependencyTypes: ['core'] },
    },
  ];
}

const rowRules = Object.entries(importTable).flatMap(([folder, row]) => [
  forbiddenFolders(folder, row),
  ...typesOnly(folder, row),
  ...forbiddenPackages(folder, row),
  ...forbiddenNode(folder, row),
]);

const generalRules = [
  {
    name: 'folder-has-a-row',
    comment: 'Each folder of src/ has a row in the table of .dependency-cruiser.cjs.',
    from: { path: '^src/[^/]+/', pathNot: inFolders(folders) },
    to: {},
  },
  {
    name: 'nothing-imports-main',
    comment: 'main.ts and what stands beside it wire the rest; only they may import one another.',
    from: { path: '^(src|migrations)/', pathNot: '^src/[^/]+\\.ts$' },
    to: { path: '^src/[^/]+\\.ts$' },
  },
  {
    name: 'no-cycles',
    comment: 'A cycle of imports cannot be read, tested or loaded in parts. A cycle of types alone is fine.',
    from: { path: '^(src|migrations)/' },
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'product-imports-product',
    comment: 'What is shipped imports neither tests, benchmarks nor scripts.',
    from: { path: '^(src|migrations)/' },
    to: { path: '^(test|bench|scripts)/' },
  },
  {
    name: 'no-development-packages',
    comment:
      'What is shipped imports what "dependencies" of package.json lists; types may come from elsewhere. ' +
      'compile-module.ts uses the compiler where there is no build: only a server that runs from its sources calls it.',
    from: { path: '^(src|migrations)/', pathNot: '^src/facade/console/compile-module\\.ts$' },
    to: {
      dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
      dependencyTypesNot: ['type-only'],
      pathNot: `${nodeModules}@types/`,
    },
  },
  {
    name: 'resolvable',
    comment: 'The module that is imported exists.',
    from: {},
    to: { couldNotResolve: true },
  },
].map((rule) => ({ severity: 'error', ...rule }));

module.exports = {
  forbidden: [...rowRules, ...generalRules],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|reports|data|coverage)/' },
    // "specify" also sees imports that TypeScript erases, and tells them apart from those that stay.
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
    moduleSystems: ['es6', 'cjs'],
  },
};
