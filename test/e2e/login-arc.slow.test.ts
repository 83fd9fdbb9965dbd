import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { DEFAULT_IDENTITY } from '../../src/emulator/index.ts'
import { ARC_KEY } from '../../src/emulator/operations/managed-identity.ts'
import { ARC_KEY_FILE, arcKeyFileOnWindows } from '../../src/emulator/options.ts'
import { hunt, noNamespaces } from '../support/hunt.ts'
import type { HuntResult } from '../support/hunt.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { getJson } from '../support/tls-client.ts'
import { tlsEmulator, type TlsEmulator } from '../support/tls-emulator.ts'

/**
 * MSAL reads keys of Azure Arc in one folder of the machine only, so that the program gets a /var/opt of its own, in a mount
 * namespace.
 */
const withKey = (key: string): string =>
  `mount -t tmpfs tmpfs /var/opt; mkdir -p ${dirname(ARC_KEY_FILE)}; printf %s '${key}' > ${ARC_KEY_FILE}`

async function query(
  emulator: TlsEmulator,
  cwd: string,
  prepare: string | undefined,
  clientId = '',
  more: Readonly<Record<string, string>> = {},
): Promise<HuntResult> {
  const env = {
    HUNT_CREDENTIAL: 'managed-identity',
    HUNT_ENDPOINT: emulator.url,
    HUNT_WORKSPACE_ID: '0e0e0e0e-0000-4000-8000-000000000003',
    HUNT_CA_FILE: emulator.caFile,
    IDENTITY_ENDPOINT: `${emulator.url}/arc/token`,
    IMDS_ENDPOINT: emulator.url,
    ...(clientId === '' ? {} : { AZURE_CLIENT_ID: clientId }),
    ...more,
  }
  return hunt(['query', 'AllTypes | take 2', '--format', 'json'], {
    cwd,
    env,
    ...(prepare === undefined ? {} : { prepare }),
  })
}

test(
  'the managed identity of a server of Azure Arc logs in with the key of its agent',
  { skip: noNamespaces },
  async (t) => {
    const emulator = await tlsEmulator()
    t.after(() => emulator.close())
    const cwd = tempFolder(t)
    for (const clientId of ['', DEFAULT_IDENTITY.clientId]) {
      const { code, stderr } = await query(emulator, cwd, withKey(ARC_KEY), clientId)
      assert.equal(code, 0, stderr)
    }
    const { requests } = await getJson<{ requests: { url: string; status: number }[] }>(emulator, '/_emulator/requests')
    const logins = requests.filter(({ url }) => url.startsWith('/arc/'))
    assert.deepEqual(
      logins.map(({ status }) => status),
      [401, 200, 401, 200],
      'first without the key, then with it',
    )
  },
)

/**
 * There is no Windows here, so that the process is told that it is on one: MSAL then takes its way for Windows, of the variable, the
 * backslashes and the name behind the last of them. Only the file system stays that of Linux, to which all of it is one name.
 */
const ON_WINDOWS = `
Object.defineProperty(process, 'platform', { value: 'win32' })
const path = require('node:path')
path.basename = path.win32.basename
`

test('on Windows the key lies below %ProgramData%, and in no other folder', async (t) => {
  const cwd = tempFolder(t)
  const programData = join(cwd, 'ProgramData')
  const arcKeyFile = arcKeyFileOnWindows(programData)
  writeFileSync(arcKeyFile, ARC_KEY)
  writeFileSync(join(cwd, 'windows.cjs'), ON_WINDOWS)
  const env = { ProgramData: programData, NODE_OPTIONS: `--require ${join(cwd, 'windows.cjs')}` }
  const login = async (file: string | undefined): Promise<HuntResult> => {
    const emulator = await tlsEmulator({ arcKeyFile: file })
    t.after(() => emulator.close())
    return query(emulator, cwd, undefined, '', env)
  }
  const { code, stderr } = await login(arcKeyFile)
  assert.equal(code, 0, stderr)
  for (const file of [undefined, arcKeyFile.replace('Tokens', 'Elsewhere')]) {
    const refused = await login(file)
    assert.equal(refused.code, 4, refused.stderr)
    assert.match(refused.stderr, /names a key outside of its own folder/)
  }
})

test('a key that is wrong, and one that is not there, are said', { skip: noNamespaces }, async (t) => {
  const emulator = await tlsEmulator()
  t.after(() => emulator.close())
  const cwd = tempFolder(t)
  const wrong = await query(emulator, cwd, withKey('another-key'))
  assert.equal(wrong.code, 4, wrong.stderr)
  assert.match(wrong.stderr, /credential 'managed-identity' failed: .*Invalid Basic Authorization header/s)
  assert.doesNotMatch(wrong.stderr, /another-key/)
  const missing = await query(emulator, cwd, 'mount -t tmpfs tmpfs /var/opt')
  assert.equal(missing.code, 4, missing.stderr)
  assert.match(missing.stderr, /credential 'managed-identity' failed: .*secret file/s)
  assert.match(
    missing.stderr,
    /hint: on a server of Azure Arc the account that runs hunt must be able to read the keys/,
  )
})
