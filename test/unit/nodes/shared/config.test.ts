import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { type ConfigOrigin, readConfig } from '../../../../nodes/shared/config.ts';
import { CommandError } from '../../../../nodes/shared/exit-codes.ts';
import { DEFAULTS, environmentName } from '../../../../nodes/shared/settings.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mutua-config-'));
});
beforeEach(() => rm(join(folder, 'mutua.toml'), { force: true }));
after(() => rm(folder, { recursive: true }));

const origin = (more: Partial<ConfigOrigin> = {}): ConfigOrigin => ({
  dataFolder: folder,
  environment: {},
  flags: {},
  ...more,
});
const writeSettings = (text: string) => writeFile(join(folder, 'mutua.toml'), text);

async function sentenceFrom(more: Partial<ConfigOrigin>): Promise<string> {
  const error: unknown = await readConfig(origin(more)).catch((caught: unknown) => caught);
  assert.ok(error instanceof CommandError);
  assert.equal(error.exitCode, 2);
  return error.message;
}

test('without file, environment and flags the defaults hold', async () => {
  const { settings, sources } = await readConfig(origin());
  assert.deepEqual(settings, DEFAULTS);
  assert.deepEqual(new Set(Object.values(sources)), new Set(['default']));
});

test('a role’s own defaults come before the common ones', async () => {
  const { settings } = await readConfig(origin({ defaults: { port: 4780 } }));
  assert.deepEqual(settings, { ...DEFAULTS, port: 4780 });
});

test('flag before environment before file before default', async () => {
  await writeSettings('port = 1001\nmdns = false\nlogLevel = "info"\n');
  const environment = { MUTUA_PORT: '1002', MUTUA_LOG_LEVEL: 'debug' };
  const { settings, sources } = await readConfig(origin({ environment, flags: { port: 1003 } }));
  assert.equal(settings.port, 1003);
  assert.equal(settings.logLevel, 'debug');
  assert.equal(settings.mdns, false);
  assert.equal(settings.dht, true);
  assert.deepEqual(
    [sources.port, sources.logLevel, sources.mdns, sources.dht],
    ['flag', 'environment', 'file', 'default'],
  );
});

test('lists and booleans of the environment', async () => {
  const environment = { MUTUA_LISTEN: '/ip4/127.0.0.1/tcp/0,/ip6/::1/tcp/0', MUTUA_MDNS: 'false', MUTUA_BOOTSTRAP: '' };
  const { settings } = await readConfig(origin({ environment }));
  assert.deepEqual(settings.listen, ['/ip4/127.0.0.1/tcp/0', '/ip6/::1/tcp/0']);
  assert.deepEqual([settings.mdns, settings.bootstrap], [false, []]);
});

test('the names of the environment follow from those of the settings', () => {
  assert.equal(environmentName('logLevel'), 'MUTUA_LOG_LEVEL');
});

test('what is wrong is named with its place', async () => {
  assert.match(await sentenceFrom({ flags: { port: 70_000 } }), /^--port: .+65535/);
  assert.match(await sentenceFrom({ environment: { MUTUA_PORT: '12x' } }), /^MUTUA_PORT: .+number/);
  assert.match(await sentenceFrom({ environment: { MUTUA_DHT: 'yes' } }), /^MUTUA_DHT: .+boolean/);
  await writeSettings('listen = ["localhost:4710"]');
  assert.match(await sentenceFrom({}), /mutua\.toml: listen: is no multiaddr/);
});

test('a name that is no setting is refused, so that a slip is seen', async () => {
  await writeSettings('prot = 4780');
  assert.match(await sentenceFrom({}), /mutua\.toml sets prot, which is no setting/);
});

test('a file that is no TOML is refused with its line', async () => {
  await writeSettings('port = 4780\nlisten = [');
  assert.match(await sentenceFrom({}), /mutua\.toml is no TOML at line 2/);
});
