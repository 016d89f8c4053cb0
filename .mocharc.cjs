module.exports = {
  'node-option': ['import=tsx'],
  require: './scripts/mocha-setup.mjs',
  extension: ['ts'],
  timeout: 2_000,
  'forbid-only': true,
  'forbid-pending': process.env.CI === 'true',
};
